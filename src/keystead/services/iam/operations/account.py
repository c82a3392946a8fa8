"""Operations on an account as a whole: its alias, and how much of what it has."""

from keystead.services.call import Call
from keystead.services.iam import errors, views
from keystead.services.iam.store import accounts
from keystead.services.iam.summary import summary
from keystead.services.registry import anything, operation
from keystead.wire.shapes import iam


@operation("iam", authorizes=anything)
def create_account_alias(call: Call, request: iam.CreateAccountAliasInput) -> iam.CreateAccountAliasOutput:
    """Give the account an alias, in place of the one it has; an alias belongs to one account of all.

    Errors: EntityAlreadyExists.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html
    """
    alias = request["AccountAlias"]
    holder = accounts.find_account_with_alias(call.tx, alias)
    if holder not in (None, call.account_id):
        raise errors.alias_taken(alias)
    accounts.put_alias(call.tx, call.account_id, alias)
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=anything)
def delete_account_alias(call: Call, request: iam.DeleteAccountAliasInput) -> iam.DeleteAccountAliasOutput:
    """Take the account's alias away.

    Errors: NoSuchEntity.
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteAccountAlias.html
    """
    if accounts.find_alias(call.tx, call.account_id) != request["AccountAlias"]:
        raise errors.no_such_alias(request["AccountAlias"])
    accounts.remove_alias(call.tx, call.account_id)
    call.tx.changed(call.account_id)
    return {}


@operation("iam", authorizes=anything)
def list_account_aliases(call: Call, request: iam.ListAccountAliasesInput) -> iam.ListAccountAliasesOutput:
    """List the account's alias, of which there is one at most.

    Errors: ValidationError (Marker).
    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccountAliases.html
    """
    alias = accounts.find_alias(call.tx, call.account_id)
    shown, end = views.page(call, request, [] if alias is None else [alias], str)
    return {"AccountAliases": shown, **end}


@operation("iam", authorizes=anything)
def get_account_summary(call: Call, request: iam.GetAccountSummaryInput) -> iam.GetAccountSummaryOutput:  # noqa: ARG001  it has no members
    """Count what the account has, beside its quotas.

    Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
    """
    return {"SummaryMap": summary(call)}

"""Random cases for the gates: few principals, resources, actions and conditions, so that they meet often.

Most random policies say nothing about most random requests.  These are made to be about the request: every kind of
caller, every way to name it, and documents that allow or deny just what is asked, or just not.
"""

from random import Random
from typing import Any

from policy.build import A, B

Json = dict[str, Any]
ROLE, OTHER_ROLE = f"arn:aws:iam::{A}:role/team/R", f"arn:aws:iam::{A}:role/S"
LINKED = f"arn:aws:iam::{A}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
ALICE, BOB = f"arn:aws:iam::{A}:user/alice", f"arn:aws:iam::{A}:user/bob"
FEDERATED = f"arn:aws:sts::{A}:federated-user/f"
SESSION = f"arn:aws:sts::{A}:assumed-role/R/s"
PROVIDER = f"arn:aws:iam::{A}:saml-provider/idp"
PRINCIPALS: list[Json] = [
    {"type": "user", "arn": ALICE, "account": A, "id": "AIDAALICE"},
    {"type": "user_session", "arn": ALICE, "account": A, "id": "AIDAALICE", "user": ALICE, "issuer": "AIDAALICE"},
    {"type": "role_session", "arn": SESSION, "account": A, "id": "AROAR:s", "role": ROLE, "issuer": "AROAR"},
    {"type": "federated_user", "arn": FEDERATED, "account": A, "id": f"{A}:f", "user": ALICE, "issuer": "AIDAALICE"},
    {"type": "root", "arn": f"arn:aws:iam::{A}:root", "account": A, "id": A},
    {
        "type": "service_linked_role_session",
        "arn": f"arn:aws:sts::{A}:assumed-role/AWSServiceRoleForX/s",
        "account": A,
        "id": "AROAX:s",
        "role": LINKED,
        "issuer": "AROAX",
    },
    {"type": "service", "arn": "ec2.amazonaws.com", "account": "", "id": ""},
    {"type": "anonymous", "arn": "*", "account": "", "id": ""},
    {"type": "federated_provider", "arn": PROVIDER, "account": A, "id": ""},
]
STRANGERS: list[Any] = [
    {"AWS": B},
    {"AWS": [BOB, OTHER_ROLE]},
    {"AWS": "AROAS"},
    {"AWS": f"arn:aws:sts::{A}:assumed-role/R/t"},
    {"AWS": f"arn:aws:iam::{B}:role/R"},
    {"AWS": f"arn:aws:iam::{A}:user/*"},
    {"AWS": f"arn:aws:iam::{A}:group/alice"},
    {"Service": "sns.amazonaws.com"},
    {"Federated": "accounts.google.com"},
]
BUCKET, KEY = "arn:aws:s3:::b/k", f"arn:aws:kms:eu-west-1:{A}:key/k"
ASKED = [
    ("s3:GetObject", BUCKET),
    ("s3:GetObject", BUCKET),
    ("s3:PutBucketPolicy", "arn:aws:s3:::b"),
    ("sns:Publish", f"arn:aws:sns:eu-west-1:{A}:t"),
    ("kms:Decrypt", KEY),
    ("kms:RetireGrant", KEY),
    ("kms:ListKeys", "*"),
    ("kms:CreateAlias", f"arn:aws:kms:eu-west-1:{A}:alias/aws/s3"),
    ("sts:AssumeRole", OTHER_ROLE),
    ("sts:AssumeRole", ROLE),
    ("sts:AssumeRole", LINKED),
    ("sts:AssumeRoleWithSAML", ROLE),
    ("sts:TagSession", ROLE),
    ("sts:TagSession", f"arn:aws:sts::{A}:federated-user/g"),
    ("sts:GetFederationToken", "*"),
    ("sts:GetSessionToken", "*"),
    ("sts:GetCallerIdentity", "*"),
    ("iam:GetUser", ALICE),
    ("iam:DeleteRole", f"arn:aws:iam::{A}:role/aws-reserved/sso.amazonaws.com/X"),
    ("iam:CreatePolicyVersion", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
]


def ways_to_name(principal: Json) -> list[Any]:
    """List the entries that mean a caller, from the loosest to the closest, and lists of them."""
    kind = principal["type"]
    if kind == "service":
        return ["*", {"AWS": "*"}, {"Service": [principal["arn"], "sns.amazonaws.com"]}]
    if kind == "federated_provider":
        return [{"AWS": "*"}, {"AWS": "*", "Federated": PROVIDER}, {"Federated": PROVIDER}]
    if kind == "anonymous":
        return ["*", {"AWS": "*"}]
    account, root = {"AWS": A}, f"arn:aws:iam::{A}:root"
    behind = principal.get("role") or principal.get("user") or principal["arn"]
    found: list[Any] = [account, {"AWS": root}, {"AWS": behind}, {"AWS": [root, behind]}, {"AWS": [root, behind, A]}]
    found += [{"AWS": principal["arn"]}, {"AWS": [root, behind, principal["arn"]]}, {"AWS": "*"}, "*"]
    found += [{"AWS": principal[key]} for key in ("id", "issuer") if principal.get(key)]
    if "role" in principal:
        found.append({"AWS": behind.replace("/team/", "/")})
    return found


def statement(rng: Random, action: str, resource: str, effect: str) -> Json:
    """Make a statement that is about the request, or misses it by one thing."""
    service = action.partition(":")[0]
    made: Json = {"Effect": effect}
    if rng.random() < 0.9:
        made["Action"] = rng.choice(["*", f"{service}:*", action, action.upper(), f"{action[:-2]}*", [action, "a:b"]])
    else:
        made["NotAction"] = rng.choice(["iam:x", "ec2:*"])
    if rng.random() < 0.9:
        made["Resource"] = rng.choice(["*", "*", resource, [resource, "arn:aws:s3:::c"], f"{resource[:-1]}*"])
    else:
        made["NotResource"] = rng.choice(["arn:aws:s3:::z", "arn:aws:s3:::${aws:nothing}"])
    near = rng.random()
    if near < 0.12:
        made["Condition"] = rng.choice(MET)
    elif near < 0.24:
        made["Condition"] = rng.choice(UNMET)
    elif near < 0.3:
        made.pop("NotAction", None)
        made["Action"] = "ec2:*"
    elif near < 0.34:
        made.pop("NotResource", None)
        made["Resource"] = rng.choice(["arn:aws:ec2:*:*:*", "arn:aws:*:::b/k", "arn:aws"])
    return made


CONTEXT: Json = {"aws:x": "1", "aws:many": ["1", "2"], "aws:bytes": "cmVk", "aws:ip": "10.0.0.1"}
MET: list[Json] = [
    {"StringEquals": {"aws:X": ["0", "1"]}},
    {"StringNotEquals": {"aws:none": "1"}},
    {"ForAnyValue:StringEquals": {"aws:many": "2"}},
    {"BinaryEquals": {"aws:bytes": "cmVk"}},
    {"Null": {"aws:none": True}},
    {"NumericLessThanIfExists": {"aws:none": "1"}},
]
UNMET: list[Json] = [
    {"StringEquals": {"aws:x": "2"}},
    {"StringEquals": {"aws:none": "1"}},
    {"StringNotEquals": {"aws:x": "1"}},
    {"StringEquals": {"aws:many": "1"}},
    {"BinaryEquals": {"aws:bytes": "YWI="}},
    {"StringLike": {"aws:x": "${aws:none}"}},
    {"NoSuchOperator": {"aws:x": "1"}},
    {"IpAddress": {"aws:ip": "11.0.0.0/8"}},
]


def document(rng: Random, *statements: Json) -> Json:
    return {"Version": rng.choice(["2012-10-17", "2012-10-17", "2008-10-17"]), "Statement": list(statements)}


def own_policies(rng: Random, action: str, resource: str, *, often: float) -> list[Json]:
    """Make the policies of one gate: mostly they allow, sometimes hardly, now and then they deny."""
    found = []
    if rng.random() < often:
        found.append(document(rng, statement(rng, action, resource, "Allow")))
    if rng.random() < 0.06:
        found.append(document(rng, statement(rng, action, resource, "Deny")))
    return found


def resource_policies(rng: Random, principal: Json, action: str, resource: str) -> list[Json]:
    found = []
    for _ in range(rng.choice([1, 1, 2])):
        effect = "Deny" if rng.random() < 0.1 else "Allow"
        made = statement(rng, action, resource, effect)
        named = rng.choice(ways_to_name(principal)) if rng.random() < 0.85 else rng.choice(STRANGERS)
        if effect == "Deny" and rng.random() < 0.5:
            made["NotPrincipal"] = named
        elif rng.random() < 0.97:
            made["Principal"] = named
        found.append(document(rng, made))
    return found


def case(rng: Random) -> Json:
    """Make one case."""
    principal = rng.choice(PRINCIPALS)
    action, resource = rng.choice(ASKED)
    context = dict(CONTEXT)
    if rng.random() < 0.3:
        context["aws:multifactorauthpresent"] = rng.choice(["true", "false"])
    made: Json = {
        "request": {
            "principal": principal,
            "action": action,
            "resource": resource,
            "account": rng.choice([A, A, A, B]),
            "context": context,
        },
        "identity": [] if principal["type"] == "root" else own_policies(rng, action, resource, often=0.6),
    }
    for gate, present in (("boundary", 0.35), ("session", 0.35)):
        made[gate] = own_policies(rng, action, resource, often=0.6) if rng.random() < present else None
    made["resource"] = resource_policies(rng, principal, action, resource) if rng.random() < 0.75 else None
    made["scps"] = made["rcps"] = None
    if rng.random() < 0.3:
        made["scps"] = [own_policies(rng, action, resource, often=0.9) for _ in range(rng.choice([1, 2, 3]))]
    if rng.random() < 0.3:
        made["rcps"] = [own_policies(rng, action, resource, often=0.9) for _ in range(rng.choice([1, 2]))]
        for level in made["rcps"]:
            for item in level:
                for one in item["Statement"]:
                    one["Principal"] = "*"
    return made

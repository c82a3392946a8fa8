"""CloudTrail's errors, in words that say what to do."""

from keystead.wire.shapes import cloudtrail


def one_attribute() -> cloudtrail.InvalidLookupAttributesException:
    """Refuse several attributes at a time.

    Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
    """
    return cloudtrail.InvalidLookupAttributesException("You can only specify one lookup attribute.")


def read_only_value() -> cloudtrail.InvalidLookupAttributesException:
    """Refuse a ReadOnly that is no truth value."""
    return cloudtrail.InvalidLookupAttributesException("The value of the ReadOnly attribute must be true or false.")


def time_range() -> cloudtrail.InvalidTimeRangeException:
    """Refuse a range that ends before it begins."""
    return cloudtrail.InvalidTimeRangeException("The start time must be before the end time.")


def next_token() -> cloudtrail.InvalidNextTokenException:
    """Refuse a token that is not of this caller and this query."""
    return cloudtrail.InvalidNextTokenException(
        "The token is invalid. It must be passed with the same parameters as the call that returned it."
    )

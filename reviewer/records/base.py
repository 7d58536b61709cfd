"""What all records share."""

from decimal import Decimal

from pydantic import AfterValidator, BaseModel, ConfigDict


class Record(BaseModel):
    """A frozen record that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def within(powers: int) -> AfterValidator:
    """A Decimal must lie within so many powers of ten: ``1e9999999999`` is short, and fills any memory written out."""

    def check(value: Decimal) -> Decimal:
        if abs(value.adjusted()) > powers:
            raise ValueError("数的位数不合常理")
        return value

    return AfterValidator(check)

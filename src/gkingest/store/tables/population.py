"""The table of inhabitants, which a user brings; indicators are put against it in ``per_capita``."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from gkingest.store.tables.schema import Base, entered, said


class PopulationRow(Base):
    """Inhabitants of one division in one year."""

    __tablename__ = "population"
    __table_args__ = (
        CheckConstraint("population > 0", name="population"),
        entered(
            "Inhabitants of a division in a year, from a file that the user gives", "用户提供的各区划各年度人口"
        ),
    )

    region_code: Mapped[str] = mapped_column(
        primary_key=True, **said("Code of the administrative division, GB/T 2260", "行政区划代码")
    )
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, **said("Year", "年度"))
    population: Mapped[int] = mapped_column(BigInteger, **said("Inhabitants, in persons", "人口（人）"))

"""Income processes: how welfare moves without help. `PROCESSES` is the registry: one file and one line each."""

from graduasi.income.processes.log_income import LogIncomeProcess
from graduasi.income.processes.ranks import RankProcess
from graduasi.income.protocol import IncomeProcess

PROCESSES: dict[str, type[IncomeProcess]] = {kind.kind: kind for kind in (RankProcess, LogIncomeProcess)}

__all__ = ["PROCESSES", "LogIncomeProcess", "RankProcess"]

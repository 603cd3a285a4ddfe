"""Examples in the help of each command; a test reads every one with the command that it names."""

from __future__ import annotations

EXAMPLES: dict[str, tuple[str, ...]] = {
    "demo": ("sectorlead demo", "sectorlead demo --seed 7 --markets 0 --out out/seven"),
    "run": (
        "sectorlead run --strategy pullback-leaders",
        "sectorlead run --strategy momentum --set top=3 --data funds.csv --benchmark index.csv:399006 --also pdf",
        "sectorlead run study.toml --strategy leaders --json",
    ),
    "brief": (
        "sectorlead brief",
        "sectorlead brief sectors.csv --benchmark index.csv:399006 --date 2021-07-07 --themes themes.csv --also pdf",
        "sectorlead brief sw1 --benchmark 399006 --stocks stocks.parquet --rule pullback-leaders --locale zh",
    ),
    "compare": ("sectorlead compare study.toml", "sectorlead compare study.toml --against equal-weight --luck"),
    "sweep": (
        "sectorlead sweep study.toml --verdict",
        "sectorlead sweep --strategy momentum --grid lookback=20:120:20 --grid top=3,5",
    ),
    "walkforward": (
        "sectorlead walkforward study.toml",
        "sectorlead walkforward --strategy momentum --grid lookback=20:120:20 --train 2y --test 6m --choose plateau",
    ),
    "events": ("sectorlead events --score resilience", "sectorlead events study.toml --locale zh"),
    "factor": ("sectorlead factor --score resilience --data funds.csv --benchmark index.csv:399006",),
    "audit": ("sectorlead audit my_rules:Leaders", "sectorlead audit study.toml --strategy leaders --json"),
    "selftest": ("sectorlead selftest", "sectorlead selftest funds.csv --market cn-etf"),
    "orders": (
        "sectorlead orders study.toml --holdings holdings.csv --cash 250000 --out out/orders",
        "sectorlead orders study.toml --fills fills.csv --out out/orders",
    ),
    "tearsheet": (
        "sectorlead tearsheet returns.csv",
        "sectorlead tearsheet returns.csv --column mine --benchmark index --out mine.html --locale zh",
    ),
    "serve": ("sectorlead serve out", "sectorlead serve out --port 0 --open"),
    "list": ("sectorlead list strategies", "sectorlead list markets --json"),
    "fetch": ("sectorlead fetch sw1", "sectorlead fetch etf --only 512760", "sectorlead fetch --probe"),
    "data": ("sectorlead data", "sectorlead data series sw1"),
    "data series": ("sectorlead data series sw1",),
    "data history": ("sectorlead data history sw1 801010",),
    "data freeze": ("sectorlead data freeze sw1 sw1.parquet --benchmark 399006",),
    "trials": ("sectorlead trials --last 5", "sectorlead trials --study momentum --export trials.csv"),
    "trials reproduce": ("sectorlead trials reproduce 3f2a9c0d",),
    "trials registrations": ("sectorlead trials registrations",),
    "check": ("sectorlead check funds.csv", "sectorlead check exports --unit volume=lots --html check.html"),
    "convert": (
        "sectorlead convert tushare funds.parquet",
        'sectorlead convert "exports/*.xls" funds.csv.gz --unit volume=lots --column 现价=close',
    ),
    "reconcile": ("sectorlead reconcile sw1 funds.csv", "sectorlead reconcile a.csv b.csv --unit right:volume=lots"),
    "schema": ("sectorlead schema study > study.schema.json", "sectorlead schema run"),
}

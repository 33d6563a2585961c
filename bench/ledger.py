"""How fast a ledger of 100,000 contracts goes in: `python bench/ledger.py [ROWS]`.

Reads and writes a database of its own on the server of DATABASE_URL (or the embedded one), made and dropped here.
Each figure is one process of `import_ledger`, so that time and memory are those of the command; the table is printed
as Markdown. CSV and XLSX are taken new into an empty database, then once more unchanged.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import openpyxl
import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
HEADINGS = [
    "客户名称",
    "合同编号",
    "产品",
    "开始日期",
    "到期日期",
    "合同金额",
    "币种",
    "席位数",
    "负责人",
    "联系人",
    "联系邮箱",
    "时区",
    "国家",
]
PRODUCTS = ("云笔协作", "云笔报表", "云笔数据")


def row(n: int) -> list[object]:
    """One contract of many: five a customer, three products, a year each, dates as dates."""
    start = date(2025, 1, 1) + timedelta(days=n % 600)
    customer = n // 5
    return [
        f"第{customer:05d}号科技有限公司",
        f"HT-2026-{n:06d}",
        PRODUCTS[n % 3],
        start,
        start + timedelta(days=364),
        f"¥{(n % 90 + 1) * 1000:,}.00",
        "CNY",
        n % 200 + 1,
        "",
        f"联系人{customer}",
        f"c{customer}@example.com",
        "Asia/Shanghai",
        "中国",
    ]


def write_ledgers(folder: Path, rows: int) -> list[Path]:
    """The same contracts as CSV and as XLSX."""
    as_csv, as_xlsx = folder / "ledger.csv", folder / "ledger.xlsx"
    with as_csv.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *map(row, range(rows))])
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    for cells in (HEADINGS, *map(row, range(rows))):
        sheet.append(cells)
    book.save(as_xlsx)
    return [as_csv, as_xlsx]


def manage(*arguments: str) -> tuple[str, float, float, int]:
    """Run a command of the project: its output, seconds by the clock, its own seconds of CPU, its most memory in MB."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    # /usr/bin/time is not everywhere: the child says its own peak, which RUSAGE_CHILDREN would mix with others.
    code = (
        "import resource, runpy, sys; sys.argv = ['manage.py', *sys.argv[1:]]\n"
        "try: runpy.run_path('manage.py', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=ROOT, check=False, capture_output=True, text=True
    )
    if ran.returncode:
        sys.exit(ran.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    output, _newline, peak = ran.stdout.rstrip().rpartition("\n")
    return output, time.monotonic() - began, cpu, int(peak)


def measured(path: Path, what: str) -> str:
    """One line of the table."""
    output, seconds, cpu, peak = manage("import_ledger", str(path), "--json")
    report = json.loads(output)
    counts = ", ".join(f"{report[name]:,} {name}" for name in ("created", "unchanged", "refused") if report[name])
    rate = report["read"] / seconds
    return f"| {path.suffix[1:].upper()}, {what} | {counts} | {seconds:.1f} s | {cpu:.1f} s | {rate:,.0f} | {peak} MB |"


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    from csportal.database import ensure_database

    ensure_database()
    server = os.environ["DATABASE_URL"]
    print(
        "| ledger | rows | wall | CPU of the command | rows/s | peak memory |\n| --- | --- | --- | --- | ---: | ---: |"
    )
    with tempfile.TemporaryDirectory() as folder, psycopg.connect(server, autocommit=True) as connection:
        for path in write_ledgers(Path(folder), rows):
            connection.execute("DROP DATABASE IF EXISTS bench_ledger WITH (FORCE)")
            connection.execute("CREATE DATABASE bench_ledger")
            os.environ["DATABASE_URL"] = urlunsplit(urlsplit(server)._replace(path="/bench_ledger"))
            manage("migrate", "-v0")
            print(measured(path, "new"), flush=True)
            print(measured(path, "the same again"), flush=True)
        connection.execute("DROP DATABASE bench_ledger WITH (FORCE)")


if __name__ == "__main__":
    main()

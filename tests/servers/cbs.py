"""A local CBS: StatLine (version 4) and Iv3 (version 3), with padded keys, a filter and pages linked to one another."""

from __future__ import annotations

import json
import re
from typing import Any

from .base import Asked, Fault, LocalServer, Reply

MUNICIPALITIES = ("GM0141", "GM0150", "GM0193", "GM0344")


def iv3_rows() -> list[dict[str, Any]]:
    """Return made-up finances in the shape that the service has: keys padded to their width."""
    items = {"A11": 40.0, "P11": 30.0, "P12": 10.0, "P13": 60.0}
    return [
        {
            "ID": 10 * i + j, "Gemeenten": f"{code:<10}", "TaakveldBalanspost": f"{item:<6}", "Categorie": "ULT     ",
            "Verslagsoort": f"{year}X005", "k_1ePlaatsing_1": None if (code, item) == ("GM0193", "P12") else value + i,
        }
        for year in (2023, 2024)
        for i, code in enumerate(MUNICIPALITIES)
        for j, (item, value) in enumerate(items.items())
    ]  # fmt: skip


def observations() -> list[dict[str, Any]]:
    """Return made-up observations of StatLine."""
    return [
        {
            "Id": i, "Measure": "M000100 ", "ValueAttribute": "None", "Value": 80.0 + i, "StringValue": None,
            "RegioS": f"{code:<8}", "Perioden": f"{year}JJ00",
        }
        for i, (code, year) in enumerate((code, year) for code in MUNICIPALITIES for year in (2023, 2024))
    ]  # fmt: skip


class CbsServer(LocalServer):
    """Tables ``45071NED`` (Iv3), ``85000NED`` (StatLine) and ``85001NED`` (StatLine, without municipalities).

    Parameters
    ----------
    size
        Rows a page.
    trap
        "": as the real one; "circle": the next link leads to the same page; "elsewhere": to another host; "short":
        the last page is left out though the count was given.
    """

    def __init__(self, size: int = 5, faults: tuple[Fault, ...] = (), *, trap: str = "") -> None:
        super().__init__(faults)
        self.size, self.trap = size, trap

    def handle(self, asked: Asked) -> Reply:
        table, kind = asked.path.strip("/").split("/")
        three = kind == "TypedDataSet"
        rows = iv3_rows() if three else observations()
        if table == "85001NED":
            rows = [{key: value for key, value in row.items() if key != "RegioS"} for row in rows]
        elif table not in ("45071NED", "85000NED"):
            return Reply(b'{"error":{"code":"","message":"Resource not found"}}', 404)
        for group in re.findall(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)", asked.params.get("$filter", "")):
            wanted = re.findall(r"startswith\((\w+),'([^']*)'\)", group)
            if wanted:
                rows = [row for row in rows if any(str(row[name]).startswith(text) for name, text in wanted)]
        if "$top" in asked.params:
            return self._reply(rows[: int(asked.params["$top"])], {}, three)
        skip = int(asked.params.get("$skip", 0))
        extra: dict[str, Any] = {"@odata.count": len(rows)} if asked.params.get("$count") == "true" else {}
        page = rows[skip : skip + self.size]
        more = skip + self.size < len(rows)
        if self.trap == "short" and skip + 2 * self.size >= len(rows):
            more = False
        if more:
            at = 0 if self.trap == "circle" else skip + self.size
            host = "http://voorbeeld.invalid" if self.trap == "elsewhere" else self.url
            kept = "&".join(f"{name}={value}" for name, value in asked.params.items() if name != "$skip")
            extra["odata.nextLink" if three else "@odata.nextLink"] = f"{host}{asked.path}?{kept}&$skip={at}"
        return self._reply(page, extra, three)

    def _reply(self, rows: list[dict[str, Any]], extra: dict[str, Any], three: bool) -> Reply:
        head = {"odata.metadata" if three else "@odata.context": f"{self.url}/$metadata"}
        return Reply(json.dumps(head | extra | {"value": rows}).encode())

"""What pages say, read from their HTML: tables, headline figures, counts."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

Table = list[list[str]]
TEXT = "(one) => one.textContent.replace(/\\s+/g, ' ').trim()"


def tables(page: Page) -> dict[str, Table]:
    """Every table with a caption, also where it is folded away: caption -> the rows of its body, each cell's text."""
    found: dict[str, Table] = page.evaluate(
        f"""() => {{
          const text = {TEXT};
          return Object.fromEntries([...document.querySelectorAll('table:has(caption)')].map((table) => [
            text(table.caption), [...table.tBodies[0].rows].map((row) => [...row.cells].map(text)),
          ]));
        }}"""
    )
    return found


def texts(page: Page, css: str) -> list[str]:
    """The text of everything that fits, in the page's order, whether it can be seen or not."""
    found: list[str] = page.eval_on_selector_all(css, f"(all) => all.map({TEXT})")
    return found


def text(page: Page, css: str) -> str:
    """The text of the only thing that fits."""
    (found,) = texts(page, css)
    return found


def tabs(page: Page) -> dict[str, int]:
    """The tabs of the page, each with its count."""
    found = [one.rpartition(" ") for one in texts(page, "main .tabs a")]
    return {name: number(count) for name, _, count in found}


def listed(page: Page, css: str) -> dict[str, str]:
    """Terms and what is said of them."""
    return dict(zip(texts(page, f"{css} dt"), texts(page, f"{css} dd"), strict=True))


def navigation(page: Page) -> dict[str, int]:
    """The sections that the person is offered, each with its count; 0 where there is none."""
    rows: list[Any] = page.eval_on_selector_all(
        "nav.side a.nav",
        f"(all) => all.map((one) => [({TEXT})(one.querySelector('span')), parseInt((one.querySelector('b')?.textContent || '0').replace(/,/g, ''))])",
    )
    return {name: count for name, count in rows}


def number(words: str) -> int:
    """“1,349” as a number."""
    return int(words.replace(",", ""))


def cells_of(page: Page) -> list[list[str]]:
    """The figures of each row of the page's table."""
    found: list[list[str]] = page.eval_on_selector_all(
        "main table tbody tr", "(rows) => rows.map((row) => [...row.querySelectorAll('td.n')].map((cell) => cell.textContent.trim()))"
    )
    return found

"""Staff with neutral names, and what each is assigned to: as many as the report counts, no real person."""

OFFICERS, COMMUNITY_OFFICERS = 16, 11
SCHOOL_OFFICERS = (1, 2, 3, 4, 5, 6, 7, 8)
TEAMS = 3
SINCE = "2024-01-01"


def make_staff(villages: int) -> list[dict]:
    """16 officers (01 to 11 of the communities, 12 to 16 lead the station), two auxiliaries per community, one per village."""
    kinds = [("P", "officer", "民警", "Officer", OFFICERS), ("A", "auxiliary", "辅警", "Auxiliary", 2 * COMMUNITY_OFFICERS)]
    kinds.append(("V", "village_auxiliary", "村辅警", "Village auxiliary", villages))
    return [
        dict(code=f"{letter}{n:02d}", name=f"{zh}{n:02d}", name_en=f"{en} {n:02d}", kind=kind)
        for letter, kind, zh, en, count in kinds
        for n in range(1, count + 1)
    ]


def make_assignments(units: list[dict[str, str]], school_codes: list[str]) -> list[dict]:
    """One officer and two auxiliaries per community, one auxiliary per village, school posts and school teams."""
    rows = []
    communities = [unit for unit in units if unit["kind"] == "community"]
    for n, unit in enumerate(communities, 1):
        rows.append(_row(f"P{n:02d}", "unit", unit["code"], "community_officer"))
        rows += [_row(f"A{a:02d}", "unit", unit["code"], "community_auxiliary") for a in (2 * n - 1, 2 * n)]
    for n, unit in enumerate((unit for unit in units if unit["kind"] == "village"), 1):
        rows.append(_row(f"V{n:02d}", "unit", unit["code"], "village_auxiliary"))
    leaders = range(COMMUNITY_OFFICERS + 1, OFFICERS + 1)
    for n, school in enumerate(school_codes):
        rows.append(_row(f"P{leaders[n % len(leaders)]:02d}", "place", school, "vice_principal"))
    members = [f"P{n:02d}" for n in SCHOOL_OFFICERS] + [f"A{n:02d}" for n in range(1, 2 * COMMUNITY_OFFICERS + 1)]
    for n, member in enumerate(members):
        rows.append(_row(member, "team", str(n % TEAMS + 1), "school_safety"))
    return rows


def _row(staff_code: str, target_kind: str, target_code: str, role: str) -> dict:
    return dict(
        staff_code=staff_code, target_kind=target_kind, target_code=target_code, role=role, plan_id="", valid_from=SINCE, valid_to=""
    )

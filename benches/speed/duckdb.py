# Six rough checks of each row of an export, as a person would write them in a minute.
import sys
import duckdb

path = sys.argv[1]
COLUMNS = (
    "event_id event_time bundle_id platform os_version analytics_installation_id advertising_id app_version "
    "ip_address country locale device_model event value product_id price quantity currency"
).split()
if path.endswith(".csv"):
    rows = f"read_csv('{path}', header = true, all_varchar = true)"
else:
    types = ", ".join(f"{column}: 'VARCHAR'" for column in COLUMNS)
    rows = f"read_json('{path}', format = 'newline_delimited', columns = {{{types}}})"
duckdb.sql(f"""
    SELECT count(*),
        count(*) FILTER (try_cast(event_time AS timestamp) IS NULL),
        count(*) FILTER (coalesce(bundle_id, '') = ''),
        count(*) FILTER (platform NOT IN ('ios', 'android')),
        count(*) FILTER (length(replace(advertising_id, '-', '')) <> 32),
        count(*) FILTER (coalesce(price, '') <> '' AND try_cast(price AS decimal(18, 4)) IS NULL),
        count(*) FILTER (length(country) <> 2)
    FROM {rows}
""").fetchall()

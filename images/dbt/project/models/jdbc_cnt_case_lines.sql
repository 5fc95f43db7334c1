-- Each event with its number within its case, as the course's connector query does:
--   SELECT *, ROW_NUMBER() OVER (PARTITION BY incident ORDER BY id) AS cnt FROM jdbc_table
-- A later run adds only the events that are new (their ids are higher), so that whoever follows
-- this table, such as Debezium, sees each of them once. `append` never rewrites a row.
{{ config(
    materialized="incremental", incremental_strategy="append",
    on_schema_change="append_new_columns"
) }}
SELECT * FROM (
    SELECT *, ROW_NUMBER() OVER (PARTITION BY incident ORDER BY id) AS cnt
    FROM {{ source("lab", "jdbc_table") }}
) AS numbered
{% if is_incremental() %}
WHERE id > (SELECT COALESCE(MAX(id), 0) FROM {{ this }})
{% endif %}
ORDER BY id

-- How many rows one of the two tables has that the other has not, apart from those whose change is still to be followed. One statement
-- sees one moment.
SELECT count(*)
FROM {used} u
FULL JOIN {new} n ON n.id = u.id
WHERE (u.id IS NULL OR n.id IS NULL)
  AND NOT EXISTS (SELECT 1 FROM {changes} c WHERE c.id = COALESCE(u.id, n.id))

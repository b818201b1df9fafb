-- name: graph
SELECT nodes_json, edges_json FROM workflow_template_versions WHERE id = @version

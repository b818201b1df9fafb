import type { TemplateRow } from '../../api/types';

/** Offers a template as a file that can be imported again. */
export function saveAsFile(template: TemplateRow): void {
  const file = {
    name: template.name,
    description: template.description ?? undefined,
    category: template.category ?? undefined,
    nodes: template.nodes_json,
    edges: template.edges_json,
    default_params: template.default_params_json ?? undefined,
  };
  const url = URL.createObjectURL(new Blob([JSON.stringify(file, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${template.name.trim().toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-') || 'workflow'}.json`;
  link.click();
  URL.revokeObjectURL(url);
}

/** Reads a file as a template; one without a name is called like its file. */
export function parseTemplate(fileName: string, text: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`This is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new SyntaxError('A workflow file holds one JSON object with "name", "nodes" and "edges".');
  const template = json as Record<string, unknown>;
  return 'name' in template ? template : { ...template, name: fileName.replace(/\.json$/i, '') };
}

import type { DrawnTemplate, TemplateRequest } from '../../api/types';
import { saveText } from '../../shared/saveText';

/** A template as a file that can be imported again. */
export function toFile(template: DrawnTemplate): TemplateRequest {
  return {
    name: template.name,
    description: template.description ?? undefined,
    category: template.category ?? undefined,
    nodes: template.nodes_json,
    edges: template.edges_json,
    default_params: (template.default_params_json ?? undefined) as TemplateRequest['default_params'],
  };
}

export function saveAsFile(template: DrawnTemplate): void {
  const name = template.name.trim().toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-') || 'workflow';
  saveText(`${name}.json`, 'application/json', JSON.stringify(toFile(template), null, 2));
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

/** The address of a file itself, where that of a page of GitHub about it is given; and the name of the file. */
export function rawAddress(address: string): { url: string; name: string } {
  const url = address.trim().replace(/^https:\/\/github\.com\/([^/]+\/[^/]+)\/(?:blob|raw)\//, 'https://raw.githubusercontent.com/$1/');
  return { url, name: url.split(/[?#]/)[0]!.split('/').pop() || 'workflow.json' };
}

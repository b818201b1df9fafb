/** A member as a template reads it, behind what it is a member of. */
export function memberPath(name: string): string {
  if (/^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_-]*$/u.test(name)) return `.${name}`;
  return name.includes('"') ? `['${name}']` : `["${name}"]`;
}

/** The output of a node as a template reads it. */
export function outputPath(nodeId: string): string {
  return /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(nodeId) ? `nodes.${nodeId}` : `nodes["${nodeId}"]`;
}

/** A node and the nodes it comes after. */
export interface GraphNode {
  readonly id: string | number;
  readonly parentNodeIds: readonly (string | number)[];
}

/** Why the nodes cannot be run: an id that occurs twice, a missing parent, a cycle; undefined if they can. */
export function graphProblem(nodes: readonly GraphNode[]): string | undefined {
  const ids = new Set<string | number>();
  for (const { id } of nodes) {
    if (ids.has(id)) return `nodes: id ${id} must be unique`;
    ids.add(id);
  }
  for (const { id, parentNodeIds } of nodes) {
    const missing = parentNodeIds.find((parent) => !ids.has(parent));
    if (missing !== undefined) return `nodes: parent ${missing} of ${id} must be in the list`;
  }
  const circle = inCircles(nodes);
  return circle.length > 0 ? `nodes: ${circle.join(', ')} wait for each other` : undefined;
}

/** The nodes that are left when those whose parents are all gone are taken away again and again. */
function inCircles(nodes: readonly GraphNode[]): readonly (string | number)[] {
  const gone = new Set<string | number>();
  let left = nodes;
  for (;;) {
    const free = left.filter(({ parentNodeIds }) => parentNodeIds.every((id) => gone.has(id)));
    if (free.length === 0) return left.map(({ id }) => id);
    for (const { id } of free) gone.add(id);
    left = left.filter(({ id }) => !gone.has(id));
  }
}

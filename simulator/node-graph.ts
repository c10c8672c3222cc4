/** A node and the nodes it comes after. */
export interface GraphNode {
  readonly id: string | number;
  readonly parentNodeIds: readonly (string | number)[];
}

/** Why these nodes are no graph that can be run: an id twice, a parent that is not there, a circle; undefined when they are. */
export function graphProblem(nodes: readonly GraphNode[]): string | undefined {
  const ids = new Set<string | number>();
  for (const { id } of nodes) {
    if (ids.has(id)) return `nodes: id ${id} stands twice`;
    ids.add(id);
  }
  for (const { id, parentNodeIds } of nodes) {
    const missing = parentNodeIds.find((parent) => !ids.has(parent));
    if (missing !== undefined) return `nodes: parent ${missing} of ${id} is not there`;
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

/** Stands in for workflows/turn.ts: the model's workflows share one `globalThis` and never run in each other's turn. */
export const inOwnTurn = <Act>(act: Act): Act => act;

/** The order of texts by their code units: the same on every machine, whatever language it speaks. */
export const byText = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

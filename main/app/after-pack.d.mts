/** What the packaged program cannot do. */
export const fuses: Readonly<Record<string | number, unknown>>;

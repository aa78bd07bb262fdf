/** Hook of Node's module loader. */
export async function resolve(specifier, context, next) {
  if (specifier !== 'electron') return next(specifier, context);
  return { url: new URL('electron.mjs', import.meta.url).href, shortCircuit: true };
}

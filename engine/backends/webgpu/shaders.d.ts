/** Shader sources, imported as text by the bundler and the test runner. */
declare module '*.wgsl?raw' {
  const source: string;
  export { source as default };
}

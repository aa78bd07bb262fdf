/** Every backend there can be; which of them are usable on a machine is found out at start. */
export const backendNames = ['reference', 'native', 'portable', 'webgpu', 'tensorflow'] as const;
export type BackendName = (typeof backendNames)[number];

/** How a dependency misbehaves. */
export type FaultKind = 'refuse' | 'hang' | 'reset' | 'slow' | 'status-500';

/** What a plan is for. */
export interface PlanOptions {
  /**
   * Samples may be shorter than the batch they are in: lengths are then written with every batch, and padded steps
   * change nothing.
   */
  readonly masked: boolean;
  /** Class weights of the training part, for `classWeights: "balanced"`; null without labels. */
  readonly balancedClassWeights: readonly number[] | null;
  /** false leaves out gradients and optimizer, for a model that only predicts. Default true. */
  readonly training?: boolean;
  /** Keep gates in inference too, and gradients of states: for inspection. Default false. */
  readonly keepGates?: boolean;
  /** Compute the gradient of the features too, into the slot `gradient/input`. Default false. */
  readonly inputGradient?: boolean;
}

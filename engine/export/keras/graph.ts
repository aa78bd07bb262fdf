/** A layer of a functional Keras model that is called once. */
export interface LayerNode {
  readonly name: string;
  readonly className: string;
  /** Its configuration without the name. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the layers whose outputs it reads, in order. */
  readonly inputs: readonly string[];
  /** Outputs of layers that it is given by name: `mask`, `initial_state`. */
  readonly keywords: Readonly<Record<string, string | readonly string[]>>;
  /** Its variables, by their path within the layer: ["cell", "vars", "0"]. */
  readonly weights: readonly LayerWeight[];
}

export interface LayerWeight {
  readonly path: readonly string[];
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface LayerGraph {
  readonly nodes: ReadonlyMap<string, LayerNode>;
  readonly inputs: readonly string[];
  readonly output: string;
}

/** Puts layers together; each call returns the name that stands for the output. */
export class GraphMaker {
  readonly nodes = new Map<string, LayerNode>();
  readonly inputs: string[] = [];

  /** An input of the model. */
  input(name: string, shape: readonly (number | null)[], dtype: string): string {
    this.inputs.push(name);
    return this.layer('InputLayer', name, { batch_shape: shape, dtype }, []);
  }

  layer(
    className: string,
    name: string,
    config: Readonly<Record<string, unknown>>,
    inputs: readonly string[],
    extras: Partial<Pick<LayerNode, 'keywords' | 'weights'>> = {},
  ): string {
    this.nodes.set(name, { name, className, config, inputs, keywords: {}, weights: [], ...extras });
    return name;
  }

  graph(output: string): LayerGraph {
    return { nodes: this.nodes, inputs: this.inputs, output };
  }
}

/** Everything a layer reads, as Keras flattens it: arguments, then keywords in the order of their names. */
function sourcesOf(node: LayerNode): string[] {
  const named = Object.entries(node.keywords).sort(([a], [b]) => (a < b ? -1 : 1));
  return [...node.inputs, ...named.flatMap(([, source]) => source)];
}

/**
 * Layers in the order in which Keras lists those of a functional model (keras/src/ops/function.py, map_graph): by their
 * longest distance to the output, the farthest first, then by first visit from the output. Keras numbers the groups of
 * a weights file by it.
 */
export function layersInOrder({ nodes, output }: LayerGraph): LayerNode[] {
  const visited: LayerNode[] = [];
  const finished: LayerNode[] = [];
  const visit = (name: string): void => {
    const node = nodes.get(name);
    if (node === undefined || visited.includes(node)) return;
    visited.push(node);
    sourcesOf(node).forEach(visit);
    finished.push(node);
  };
  visit(output);
  const depths = new Map<string, number>();
  for (const node of finished.toReversed()) {
    const depth = depths.get(node.name) ?? 0;
    depths.set(node.name, depth);
    for (const source of sourcesOf(node)) {
      depths.set(source, Math.max(depth + 1, depths.get(source) ?? 0));
    }
  }
  return visited.toSorted((a, b) => (depths.get(b.name) ?? 0) - (depths.get(a.name) ?? 0));
}

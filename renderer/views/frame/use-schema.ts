import { useMemo } from 'react';
import { experimentNode, type SchemaNode } from '../../state/schema.ts';

/** The schema of the configuration, made once for a component. */
export function useSchema(): SchemaNode {
  return useMemo(experimentNode, []);
}

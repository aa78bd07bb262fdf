import type { ColumnConfig } from '../../../engine/contract/columns.ts';
import { columnRoles } from '../../../engine/contract/columns.ts';
import type { Experiment } from '../../../engine/contract/experiment.ts';
import type { ColumnProfileView } from '../../../engine/contract/rpc/datasets.ts';

export type Role = ColumnConfig['role'];
export type Encoding = ColumnConfig['encoding'];

export const roles = columnRoles;

/** Above this many categories, one-hot is a waste and an embedding is proposed. */
const mostOneHot = 32;

/** The encoding that suits a column in a role. */
export function naturalEncoding(
  column: Pick<ColumnProfileView, 'type' | 'distinct'>,
  role: Role,
  task: Experiment['task'],
): Encoding {
  if (column.type === 'boolean') return 'binary';
  const target = role === 'target' || role === 'featureAndTarget';
  if (target && task !== 'forecast' && task !== 'regress' && column.type === 'text') return 'label';
  if (column.type === 'text') return column.distinct <= mostOneHot ? 'oneHot' : 'embedding';
  return 'numeric';
}

/** The columns of a configuration after one was given a role; the others stay, and stay in order. */
export function withRole(
  columns: readonly ColumnConfig[],
  column: Pick<ColumnProfileView, 'name' | 'type' | 'distinct'>,
  role: Role,
  task: Experiment['task'],
): ColumnConfig[] {
  // There is one time, one series, one split and one weight: the new one takes the place of the old.
  const single =
    role === 'time' || role === 'series' || role === 'split' || role === 'group' || role === 'weight';
  const others = columns.map((other) =>
    single && other.role === role && other.name !== column.name
      ? { ...other, role: 'ignore' as const }
      : other,
  );
  const before = columns.find((other) => other.name === column.name);
  const changed: ColumnConfig = {
    ...before,
    name: column.name,
    role,
    encoding: naturalEncoding(column, role, task),
  };
  return others.some((other) => other.name === column.name)
    ? others.map((other) => (other.name === column.name ? changed : other))
    : [...others, changed];
}

import { useSaid } from '../strings/use-said.ts';

/** A sentence of the host in the person's language, for what is shown where no hook reaches. */
export function Said({ children }: { readonly children: string }) {
  return useSaid()(children);
}

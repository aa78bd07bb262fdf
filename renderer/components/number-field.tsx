import { TextInput } from '@mantine/core';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { type Bounds, withinBounds } from '../state/schema.ts';
import { useText } from '../strings/text.ts';

interface NumberFieldProps {
  readonly label: string;
  readonly description?: string;
  /** Error from elsewhere, shown when the number itself is fine. */
  readonly error?: string | null;
  readonly integer: boolean;
  /** Whether empty means null. */
  readonly nullable: boolean;
  readonly bounds: Bounds;
  readonly value: number | null;
  /** Shown while empty. */
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly onChange: (value: number | null) => void;
  readonly onFocus?: () => void;
}

/** A number as a person writes it ("1e-3"); only what is allowed reaches `onChange`. */
export function NumberField(props: NumberFieldProps) {
  const { label, description, integer, nullable, bounds, value, onChange } = props;
  const text = useText();
  const [typed, setTyped] = useState(written(value));
  // A change from elsewhere (undo, the editor) replaces what was typed, unless it means the same.
  useEffect(() => {
    setTyped((before) => (meaning(before) === value ? before : written(value)));
  }, [value]);
  const number = meaning(typed);
  const fine =
    number === null
      ? nullable && typed.trim() === ''
      : (!integer || Number.isInteger(number)) && withinBounds(number, bounds);
  const set = (next: string) => {
    setTyped(next);
    const parsed = meaning(next);
    const allowed =
      parsed === null
        ? nullable && next.trim() === ''
        : (!integer || Number.isInteger(parsed)) && withinBounds(parsed, bounds);
    if (allowed && parsed !== value) onChange(parsed);
  };
  const turn = (event: KeyboardEvent) => {
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (direction === 0 || !integer || number === null) return;
    event.preventDefault();
    const next = number + direction * (event.shiftKey ? 10 : 1);
    if (withinBounds(next, bounds)) set(String(next));
  };
  const low = bounds.minimum;
  const high = bounds.maximum;
  const wrong =
    low !== null && high !== null
      ? text('model.between', { low, high })
      : low !== null
        ? text(bounds.openMinimum ? 'model.above' : 'model.atLeast', { low })
        : text(integer ? 'model.wholeNumber' : 'model.number');
  return (
    <TextInput
      label={label}
      description={description}
      error={fine ? (props.error ?? null) : wrong}
      value={typed}
      placeholder={props.placeholder ?? ''}
      disabled={props.disabled ?? false}
      inputMode={integer ? 'numeric' : 'decimal'}
      onChange={(event) => set(event.currentTarget.value)}
      onBlur={() => fine || setTyped(written(value))}
      onKeyDown={turn}
      {...(props.onFocus === undefined ? {} : { onFocus: props.onFocus })}
    />
  );
}

function written(value: number | null): string {
  return value === null ? '' : String(value);
}

function meaning(typed: string): number | null {
  const trimmed = typed.trim();
  const number = Number(trimmed);
  return trimmed === '' || !Number.isFinite(number) ? null : number;
}

/** Puts text on the clipboard; rejects where the browser does not allow it. */
export async function copyText(content: string): Promise<void> {
  await navigator.clipboard.writeText(content);
}

/** Puts a picture on the clipboard. It may still be in the making: a click allows copying only for a moment. */
export async function copyBlob(blob: Promise<Blob>): Promise<void> {
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })]);
}

/** Lets the browser save something under a name. */
export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download reads the address after the click.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

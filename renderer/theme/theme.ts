import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** Shades of the one accent: the middle ones carry text on white and on black with a contrast of 4.5 or more. */
const accent: MantineColorsTuple = [
  '#e1edf8',
  '#c4dcf1',
  '#9cc6e8',
  '#7ab3e2',
  '#5aa9e6',
  '#2f86cc',
  '#0b63b0',
  '#0a569a',
  '#084a84',
  '#063a68',
];

/** Mantine's look made dense and flat; everything colored comes from tokens.css. */
export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 6 },
  colors: { accent },
  autoContrast: true,
  fontFamily: 'var(--font-text)',
  fontFamilyMonospace: 'var(--font-code)',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '18px' },
  lineHeights: { xs: '16px', sm: '20px', md: '20px', lg: '24px', xl: '24px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  radius: { xs: '2px', sm: '4px', md: '4px', lg: '6px', xl: '8px' },
  defaultRadius: 'sm',
  respectReducedMotion: true,
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '18px', lineHeight: '24px' },
      h2: { fontSize: '15px', lineHeight: '20px' },
      h3: { fontSize: '13px', lineHeight: '20px' },
    },
  },
  components: {
    Button: { defaultProps: { size: 'xs' } },
    Kbd: { styles: { root: { padding: '0 4px', fontSize: 11, lineHeight: '16px', borderBottomWidth: 1 } } },
    InputWrapper: {
      styles: {
        label: { fontWeight: 500, lineHeight: '20px' },
        description: { color: 'var(--text-quiet)', fontSize: 12, lineHeight: '16px' },
        error: { color: 'var(--problem)', fontSize: 12, lineHeight: '16px' },
      },
    },
    ActionIcon: { defaultProps: { size: 'md', variant: 'subtle', color: 'gray' } },
    TextInput: { defaultProps: { size: 'xs' } },
    NumberInput: { defaultProps: { size: 'xs' } },
    NativeSelect: { defaultProps: { size: 'xs' } },
    Select: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'xs' } },
    Switch: { defaultProps: { size: 'xs' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Textarea: { defaultProps: { size: 'xs' } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false, fz: 12 } },
    // A name that every language reads.
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': '\u00d7' } } },
    Menu: { defaultProps: { shadow: 'none', transitionProps: { duration: 80 } } },
    Popover: { defaultProps: { shadow: 'none', transitionProps: { duration: 80 } } },
  },
});

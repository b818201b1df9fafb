import { createTheme } from '@mantine/core';

// Colours and spacing come from style sheets alone (tokens.css), so that the page needs no inline styles.
export const theme = createTheme({
  primaryColor: 'indigo',
  primaryShade: { light: 6, dark: 8 },
  defaultRadius: 'md',
  cursorType: 'pointer',
  components: {
    // Locking the scroll would need a style element.
    Modal: { defaultProps: { lockScroll: false, radius: 'lg', closeButtonProps: { 'aria-label': 'Close' } } },
  },
});

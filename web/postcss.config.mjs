import mantine from 'postcss-preset-mantine';

// Mantine brings palettes that the page has no use for; they would be a part of every first load.
const unused = /^--mantine-color-(blue|cyan|grape|green|lime|orange|pink|violet|yellow)-/;

export default {
  plugins: [mantine(), { postcssPlugin: 'unused-palettes', Declaration: (one) => void (unused.test(one.prop) && one.remove()) }],
};

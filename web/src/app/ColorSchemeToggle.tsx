import { useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { Monitor, Moon, Sun } from 'lucide-react';
import classes from './Header.module.css';

const schemes = [
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
  { value: 'auto', label: 'As the system', icon: Monitor },
] as const;

export function ColorSchemeToggle() {
  // Switching transitions off for a moment would need a style element.
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const Current = schemes.find(({ value }) => value === colorScheme)?.icon ?? Monitor;
  return (
    <span className={classes.scheme} title="Light or dark">
      <Current size={18} aria-hidden />
      <select aria-label="Light or dark" value={colorScheme} onChange={(event) => setColorScheme(event.currentTarget.value as MantineColorScheme)}>
        {schemes.map(({ value, label }) => <option key={value} value={value}>{label}</option>)}
      </select>
    </span>
  );
}

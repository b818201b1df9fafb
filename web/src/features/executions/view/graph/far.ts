import { createContext } from 'react';

/** Whether the graph is so small on the screen that nodes show their names only. */
export const FarContext = createContext(false);

import { FocusTrap, Portal, TextInput } from '@mantine/core';
import { useClickOutside } from '@mantine/hooks';
import { useState } from 'react';
import { isDrawing } from '../../../shared/nodeKinds';
import { useEditorState, type Place } from '../store';
import { groupsOf } from './groups';
import classes from './Palette.module.css';
import { TypeButton } from './TypeButton';

interface Props {
  at: Place;
  choose: (name: string) => void;
  close: () => void;
}

/** Asks which node an edge is to lead to. */
export function NodeTypeMenu({ at, choose, close }: Props) {
  const types = useEditorState((state) => state.types);
  const [text, setText] = useState('');
  // The canvas keeps presses of the mouse to itself.
  const ref = useClickOutside<HTMLDivElement>(close, undefined, undefined, true, true);
  const all = groupsOf(types, text).flatMap((group) => group.types).filter((type) => type.name !== 'input' && !isDrawing(type.name));
  return (
    <Portal>
      {/* The trap takes the ref of what is directly in it for itself. */}
      <div ref={ref}><FocusTrap active>
        <div
          className={classes.menu} role="dialog" aria-label="What comes next?" style={{ left: Math.min(at.x, window.innerWidth - 262), top: Math.max(8, Math.min(at.y, window.innerHeight - 350)) }}
          onKeyDown={(event) => event.key === 'Escape' && close()}
        >
          <TextInput
            size="xs" mb={6} data-autofocus placeholder="What comes next?" aria-label="Find a node type" value={text} onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => event.key === 'Enter' && all[0] && choose(all[0].name)}
          />
          <ul className={classes.types}>
            {all.map((type) => <li key={type.name}><TypeButton type={type} choose={choose} /></li>)}
          </ul>
        </div>
      </FocusTrap></div>
    </Portal>
  );
}

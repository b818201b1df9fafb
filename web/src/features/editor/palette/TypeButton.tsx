import { kindOf } from '../../../shared/nodeKinds';
import type { NodeType } from '../model/nodeTypes';
import { setDragged } from './drag';
import classes from './Palette.module.css';

interface Props {
  type: NodeType;
  choose: (name: string) => void;
  isDraggable?: boolean;
  /** Whether the tab key stops here; unless given, it does. */
  isStop?: boolean;
  /** Hears that the focus has come here. */
  reach?: (name: string) => void;
}

export function TypeButton({ type, choose, isDraggable, isStop = true, reach }: Props) {
  const { icon: Icon, hue, name } = kindOf(type.name);
  return (
    <button
      type="button" className={classes.type} data-hue={hue} data-node-type={type.name} title={type.description} onClick={() => choose(type.name)}
      tabIndex={isStop ? undefined : -1} onFocus={reach && (() => reach(type.name))}
      draggable={isDraggable} onDragStart={isDraggable ? (event) => setDragged(event, type.name) : undefined}
    >
      <span className={classes.icon}><Icon size={16} aria-hidden /></span>
      {name}
    </button>
  );
}

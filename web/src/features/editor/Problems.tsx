import { Popover } from '@mantine/core';
import { CircleCheck, LoaderCircle, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { plural } from '../../shared/format';
import classes from './Editor.module.css';
import { labelOf } from './model/draft';
import { useEditor, useEditorState } from './store';
import { useValidation } from './useValidation';

/** What the server says of the drawing; each problem leads to its node. */
export function Problems() {
  const editor = useEditor();
  const isChecked = useValidation();
  const problems = useEditorState((state) => state.problems);
  const [isOpen, setOpen] = useState(false);
  if (problems.length === 0) {
    return (
      <span className={classes.check} data-state={isChecked ? 'right' : 'checking'} role="status">
        {isChecked ? <><CircleCheck size={15} aria-hidden /> <span className={classes.word}>No problems</span></> : <><LoaderCircle size={15} aria-hidden /> <span className={classes.word}>Checking</span></>}
      </span>
    );
  }
  const nameOf = (id: string) => {
    const node = editor.store.getState().draft.nodes.find((one) => one.id === id);
    return node ? labelOf(node) : id;
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" width={380} shadow="md" withArrow trapFocus>
      <Popover.Target>
        <button type="button" className={classes.check} data-state="wrong" onClick={() => setOpen(!isOpen)} aria-expanded={isOpen}>
          <TriangleAlert size={15} aria-hidden /> {plural(problems.length, 'problem')}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <ol className={classes.problems}>
          {problems.map((problem, index) => (
            <li key={index}>
              <button
                type="button" className={classes.problem}
                onClick={() => {
                  setOpen(false);
                  if (problem.node_id) editor.select([problem.node_id]);
                }}
              >
                {problem.node_id ? <span className={classes.where}>{nameOf(problem.node_id)}</span> : null}
                <span>{problem.detail}</span>
                <span className={classes.expected}>Expected: {problem.expected}</span>
              </button>
            </li>
          ))}
        </ol>
      </Popover.Dropdown>
    </Popover>
  );
}

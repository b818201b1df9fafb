import { CircleCheck, LoaderCircle, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { plural } from '../../shared/format';
import { Popup } from '../../shared/Popup';
import classes from './Editor.module.css';
import { labelOf } from './model/draft';
import { problemText, settingOf } from './model/problemText';
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
  const nodeOf = (id: string | null | undefined) => editor.store.getState().draft.nodes.find((one) => one.id === id);
  const nameOf = (id: string) => {
    const node = nodeOf(id);
    return node ? labelOf(node) : id;
  };
  const texts = [...new Map(problems.map((problem) => {
    const text = problemText(problem, nodeOf(problem.node_id)?.data.settings);
    return [`${problem.node_id} ${text}`, { problem, text }];
  })).values()];
  return (
    <Popup
      label="Problems" width={380} isOpen={isOpen} setOpen={setOpen}
      target={<button type="button" className={classes.check} data-state="wrong"><TriangleAlert size={15} aria-hidden /> {plural(texts.length, 'problem')}</button>}
    >
      <ol className={classes.problems}>
        {texts.map(({ problem, text }, index) => (
          <li key={index}>
            <button
              type="button" className={classes.problem}
              onClick={() => {
                setOpen(false);
                if (problem.node_id) editor.select([problem.node_id]);
              }}
            >
              {problem.node_id ? <span className={classes.where}>{[nameOf(problem.node_id), settingOf(problem)].filter(Boolean).join(' · ')}</span> : null}
              <span>{text}</span>
            </button>
          </li>
        ))}
      </ol>
    </Popup>
  );
}

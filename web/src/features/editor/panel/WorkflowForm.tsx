import { Textarea, TextInput } from '@mantine/core';
import { Workflow } from 'lucide-react';
import { TemplateTriggers } from '../../triggers/TemplateTriggers';
import { useEditor, useEditorState } from '../store';
import classes from './Panel.module.css';
import { ParamsForm } from './ParamsForm';

/** What is said of the workflow as a whole. */
export function WorkflowForm({ id }: { id: string | undefined }) {
  const editor = useEditor();
  const name = useEditorState((state) => state.draft.name);
  const description = useEditorState((state) => state.draft.description);
  const category = useEditorState((state) => state.draft.category);
  const defaultParams = useEditorState((state) => state.draft.defaultParams);
  return (
    <aside className={classes.panel} aria-label="About the workflow" data-hue="text">
      <div className={classes.head}>
        <span className={classes.icon}><Workflow size={18} aria-hidden /></span>
        <div className={classes.names}>
          <h2 className={classes.title}>About the workflow</h2>
          <span className={classes.kind}>Choose a node to see its settings</span>
        </div>
      </div>
      <div className={classes.body}>
        <TextInput label="Name" withAsterisk value={name} error={name.trim() === '' ? 'It needs a name.' : null} onChange={(event) => editor.setFacts({ name: event.currentTarget.value })} />
        <Textarea label="Description" autosize minRows={2} maxRows={8} value={description} onChange={(event) => editor.setFacts({ description: event.currentTarget.value })} />
        <TextInput label="Tags" placeholder="marketing, weekly" value={category} onChange={(event) => editor.setFacts({ category: event.currentTarget.value })} />
        <ParamsForm params={defaultParams} change={(params) => editor.setFacts({ defaultParams: params })} />
        {id === undefined ? null : <TemplateTriggers templateId={id} />}
      </div>
    </aside>
  );
}

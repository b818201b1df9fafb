import { CloseButton, TextInput } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Problem } from '../../../api/types';
import { kindOf } from '../../../shared/nodeKinds';
import { labelOf, type EditorNode } from '../model/draft';
import { commonSettings } from '../model/nodeTypes';
import { variablesOf } from '../model/scope';
import { useEditor, useEditorState } from '../store';
import { below, SchemaField } from './fields/SchemaField';
import { NodeLinks } from './NodeLinks';
import classes from './Panel.module.css';
import { VariablesContext } from './variables';

const noProblems: readonly Problem[] = [];

/** The settings of a node, as the schema of its type asks for them. */
export function NodeForm({ node, close }: { node: EditorNode; close: () => void }) {
  const editor = useEditor();
  const draft = useEditorState((state) => state.draft);
  const type = useEditorState((state) => state.types.get(node.data.nodeType));
  const problems = useEditorState((state) => state.nodeProblems.get(node.id)) ?? noProblems;
  const { nodes, edges, defaultParams } = draft;
  const variables = useMemo(() => variablesOf(node.id, { nodes, edges, defaultParams }), [node.id, nodes, edges, defaultParams]);
  const { icon: Icon, hue, name } = kindOf(node.data.nodeType);
  const { settings } = node.data;
  const properties = type?.settings.properties ?? {};
  const own = Object.keys(properties).filter((property) => !commonSettings.includes(property));
  const common = commonSettings.filter((property) => property !== 'label' && properties[property]);
  const errors = useMemo(() => errorsOf(problems), [problems]);
  const general = problems.filter((problem) => !/\/data\/[^/]/.test(problem.pointer));

  const field = (property: string) => (
    <SchemaField
      key={property} name={property} schema={properties[property]!} value={settings[property]} isRequired={type?.settings.required?.includes(property)} errors={below(errors, property)}
      change={(value) => editor.setSetting(node.id, property, value)}
    />
  );

  return (
    <VariablesContext value={variables}>
      <aside className={classes.panel} aria-label={`Settings of ${labelOf(node)}`} data-hue={hue}>
        <div className={classes.head}>
          <span className={classes.icon}><Icon size={18} aria-hidden /></span>
          <div className={classes.names}>
            <h2 className={classes.title}>{labelOf(node)}</h2>
            <span className={classes.kind}>{name}</span>
          </div>
          <CloseButton onClick={close} aria-label="Close the settings" />
        </div>
        <div className={classes.body}>
          {general.length > 0 ? (
            <ul className={classes.wrong}>
              {general.map((problem) => <li key={problem.pointer + problem.detail}>{problem.detail} <span className={classes.expected}>Expected: {problem.expected}</span></li>)}
            </ul>
          ) : null}
          <TextInput label="Label" value={typeof settings.label === 'string' ? settings.label : ''} placeholder={node.id} onChange={(event) => editor.setSetting(node.id, 'label', event.currentTarget.value || undefined)} />
          {type ? null : <p className={classes.about}>The server does not know the node type “{node.data.nodeType}”. Its settings are kept as they are.</p>}
          {type?.description ? <p className={classes.about}>{type.description}</p> : null}
          {own.map(field)}
          <details className={classes.more} open={common.some((property) => below(errors, property).size > 0) || undefined}>
            <summary>Retries, time-out and errors</summary>
            <div className={classes.inner}>
              {common.map(field)}
              <NodeId key={node.id} node={node} />
            </div>
          </details>
          <NodeLinks node={node} />
        </div>
      </aside>
    </VariablesContext>
  );
}

/** The id is what templates call a node; a new one is put into all that read it. */
function NodeId({ node }: { node: EditorNode }) {
  const editor = useEditor();
  const [text, setText] = useState(node.id);
  const rename = () => {
    if (text.trim() === '' || text === node.id) return setText(node.id);
    editor.rename(node.id, text);
  };
  return (
    <TextInput
      label="Id" description="What templates call this node: nodes.<id>" value={text} onChange={(event) => setText(event.currentTarget.value)} onBlur={rename}
      onKeyDown={(event) => event.key === 'Enter' && rename()}
    />
  );
}

/** What is wrong with settings, by JSON pointer into them. */
function errorsOf(problems: readonly Problem[]): ReadonlyMap<string, string> {
  const errors = new Map<string, string>();
  for (const problem of problems) {
    const pointer = /\/data(\/.+)$/.exec(problem.pointer)?.[1];
    if (pointer) errors.set(pointer, [errors.get(pointer), `${problem.detail} Expected: ${problem.expected}.`].filter(Boolean).join(' '));
  }
  return errors;
}

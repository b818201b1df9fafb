import { CloseButton, TextInput } from '@mantine/core';
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import type { JsonObject } from '../../../api/json';
import type { Problem } from '../../../api/types';
import { isDrawing, kindOf } from '../../../shared/nodeKinds';
import { Link } from '../../../shared/routing';
import { labelOf, type EditorNode } from '../model/draft';
import { failedField } from '../model/failedField';
import { problemText } from '../model/problemText';
import { commonSettings } from '../model/nodeTypes';
import { readPath, variablesOf } from '../model/scope';
import { useEditor, useEditorState } from '../store';
import { LastData } from '../trial/LastData';
import { NodeActions } from '../trial/NodeActions';
import { useTrial } from '../trial/useTrial';
import type { Failure } from '../useFailure';
import { below, SchemaField } from './fields/SchemaField';
import { NodeLinks } from './NodeLinks';
import classes from './Panel.module.css';
import { FieldContext, LastValueContext, NodeTypeContext, VariablesContext, type Insert } from './variables';

const noProblems: readonly Problem[] = [];

/** The settings of a node, as the schema of its type asks for them. */
export function NodeForm({ node, failure, close }: { node: EditorNode; failure: Failure | null; close: () => void }) {
  const editor = useEditor();
  const type = useEditorState((state) => state.types.get(node.data.nodeType));
  const problems = useEditorState((state) => state.nodeProblems.get(node.id)) ?? noProblems;
  const { jobs } = useTrial();
  const variables = useCallback(() => {
    const { types, draft } = editor.store.getState();
    return variablesOf(node.id, draft, types, (id) => jobs.get(id)?.output);
  }, [editor, node.id, jobs]);
  const lastValue = useCallback((path: string) => readPath(path, (id) => jobs.get(id)?.output, editor.store.getState().draft.defaultParams), [editor, jobs]);
  // The head comes with the click, the fields a moment later.
  const isReady = useDeferredValue(true, false);
  const { icon: Icon, hue, name } = kindOf(node.data.nodeType);
  const { settings } = node.data;
  const isForPeople = isDrawing(node.data.nodeType);
  const properties = type?.settings.properties ?? {};
  const own = Object.keys(properties).filter((property) => !commonSettings.includes(property));
  const common = commonSettings.filter((property) => property !== 'label' && properties[property]);
  const errors = useMemo(() => errorsOf(problems, settings), [problems, settings]);
  const general = problems.filter((problem) => !/\/data\/[^/]/.test(problem.pointer));

  const target = useRef<Insert | null>(null);
  // The form opens on what the failure is about.
  const form = useRef<HTMLDivElement>(null);
  const wrong = failure?.node === node.id ? failedField(failure.error, settings, type?.settings) : undefined;
  const [isLed, setLed] = useState(false);
  useEffect(() => {
    if (!isReady || wrong === undefined || isLed) return;
    setLed(true);
    const input = form.current?.querySelector<HTMLElement>(`[data-setting="${wrong}"] :is(textarea, input, button)`);
    input?.scrollIntoView({ block: 'center' });
    input?.focus();
  }, [isLed, isReady, wrong]);

  // A look at another node ends the editing of this one.
  useEffect(() => {
    editor.settleFresh(node.id);
    return () => editor.settleFresh();
  }, [editor, node.id]);

  const field = (property: string) => (
    <div key={property} data-setting={property} onBlur={() => editor.left(node.id, property)}><SchemaField
      name={property} schema={properties[property]!} value={settings[property]} isRequired={type?.settings.required?.includes(property)} errors={below(errors, property)}
      change={(value) => editor.setSetting(node.id, property, value)}
    /></div>
  );

  return (
    <VariablesContext value={variables}><LastValueContext value={lastValue}><NodeTypeContext value={node.data.nodeType}><FieldContext value={target}>
      <aside className={classes.panel} aria-label={`Settings of ${labelOf(node)}`} data-hue={hue}>
        <div className={classes.head}>
          <span className={classes.icon}><Icon size={18} aria-hidden /></span>
          <div className={classes.names}>
            <h2 className={classes.title}>{labelOf(node)}</h2>
            <span className={classes.kind}>{name}</span>
          </div>
          {isForPeople ? null : <NodeActions node={node} />}
          <CloseButton onClick={close} aria-label="Close the settings" />
        </div>
        {isReady ? <div ref={form} className={classes.body}>
          {failure?.node === node.id ? (
            <div className={classes.wrong} role="status">
              <p>{failure.error}</p>
              <Link to="/executions/:executionId" params={{ executionId: failure.run }} search={{ node: node.id }} className={classes.failedRun}>Open the execution in which it failed</Link>
            </div>
          ) : null}
          {general.length > 0 ? (
            <ul className={classes.wrong}>
              {general.map((problem) => <li key={problem.pointer + problem.detail}>{problemText(problem, undefined)}</li>)}
            </ul>
          ) : null}
          {isForPeople ? null : <TextInput label="Label" value={typeof settings.label === 'string' ? settings.label : ''} placeholder={node.id} onChange={(event) => editor.setSetting(node.id, 'label', event.currentTarget.value || undefined)} />}
          {type ? null : <p className={classes.about}>The server does not know the node type “{node.data.nodeType}”. Its settings are kept as they are.</p>}
          {type?.description ? <p className={classes.about}>{type.description}</p> : null}
          {own.map(field)}
          {isForPeople ? null : <More title="Retries, time-out, errors and cache" isWrong={common.some((property) => property === wrong || below(errors, property).size > 0)}>
            {() => <>{common.map(field)}<NodeId key={node.id} node={node} /></>}
          </More>}
          {isForPeople ? null : <NodeLinks node={node} />}
        </div> : null}
        {isReady && !isForPeople ? <LastData node={node} /> : null}
      </aside>
    </FieldContext></NodeTypeContext></LastValueContext></VariablesContext>
  );
}

/** What is asked for rarely, and drawn only when it is; open by itself if something in it is wrong. */
function More({ title, isWrong, children }: { title: string; isWrong: boolean; children: () => ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={classes.more} open={isOpen || isWrong} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen || isWrong ? <div className={classes.inner}>{children()}</div> : null}
    </details>
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
function errorsOf(problems: readonly Problem[], settings: JsonObject): ReadonlyMap<string, string> {
  const errors = new Map<string, string>();
  for (const problem of problems) {
    const pointer = /\/data(\/.+)$/.exec(problem.pointer)?.[1];
    if (!pointer) continue;
    const [before, text] = [errors.get(pointer), problemText(problem, settings)];
    errors.set(pointer, before === undefined || before === text ? text : `${before} ${text}`);
  }
  return errors;
}

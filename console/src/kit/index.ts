// All that pages use.
export { ApiError, call, isAbort, type CallOptions, type Input, type Json } from './call';
export { cliCommand, hyphenated, type CliCall } from './cli';
export { CliCommand } from './cli-command';
export { ConfirmDelete, type ConfirmDeleteProps } from './confirm-delete';
export { FormModal, type FormModalProps } from './form-modal';
export { csvText, downloadText } from './csv';
export { useFlash } from './flash';
export { JsonEditor, type JsonEditorProps, type Mark } from './json-editor';
export { jsonMarks, lineAndColumn } from './json-marks';
export { AppLink, consoleHref, useFollow } from './link';
export { ITEMS_MAX, loadAll, loadPage, PAGING, type Paging, type Source } from './paging';
export {
  announceChange, asApiError, useChanges, useLoad, useMutation, useQuery, useWork, type Loaded, type LoadOptions,
  type Mutation, type Work,
} from './query';
export { policyText } from './policy-text';
export { RefusalAlert, type RefusalAlertProps } from './refusal-alert';
export { currentRegion, REGION_PLACES, servedRegions, setRegion, useRegion } from './region';
export { ResourceTable, type Column, type ResourceTableProps, type Search } from './resource-table';
export type { PageEntry, Params, ServicePages } from './service';
export { session, type Session } from './session';
export { readSetting, writeSetting } from './settings';
export {
  Copyable, DownloadCsv, isInTransition, KeyValue, LoadedPart, Status, statusType, Time, type DownloadCsvProps,
  type KeyValueProps,
} from './small';
export { TagEditor, type TagEditorProps } from './tag-editor';
export { tagChange, tagProblem, tagsAreGood, TAGS_MAX, type Tag } from './tags';
export { useTheme, type Theme } from './theme';
export { ago, asDate, dateTime } from './time';

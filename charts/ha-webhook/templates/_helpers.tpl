{{/* Room is left for the suffixes of names that may have 63 characters. */}}
{{- define "ha-webhook.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "ha-webhook.fullname" -}}
{{- $name := include "ha-webhook.name" . }}
{{- default (contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name)) .Values.fullnameOverride | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "ha-webhook.serviceAccountName" -}}
{{- default (.Values.serviceAccount.create | ternary (include "ha-webhook.fullname" .) "default") .Values.serviceAccount.name }}
{{- end }}

{{/* What selects the pods of a component, for life: a Deployment's selector cannot be changed. Takes (dict "root" $ "component" NAME). */}}
{{- define "ha-webhook.selectorLabels" -}}
app.kubernetes.io/name: {{ include "ha-webhook.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name | quote }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "ha-webhook.labels" -}}
{{ include "ha-webhook.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/part-of: ha-webhook
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/*
What every object has beside its kind. Takes root, and where they differ: component, suffix, namespace ("-" for none), labels, annotations.
*/}}
{{- define "ha-webhook.metadata" -}}
metadata:
  name: {{ printf "%s%s" (include "ha-webhook.fullname" .root) (default "" .suffix) | quote }}
  {{- if ne (default "" .namespace) "-" }}
  namespace: {{ default .root.Release.Namespace .namespace | quote }}
  {{- end }}
  labels:
    {{- include "ha-webhook.labels" (dict "root" .root "component" (default "admission" .component)) | nindent 4 }}
    {{- with .labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with merge (dict) (default (dict) .annotations) .root.Values.commonAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{- define "ha-webhook.image" -}}
{{- with .Values.image }}
{{- with .registry }}{{ . }}/{{ end }}{{ .repository }}
{{- if .digest }}@{{ .digest }}{{ else }}:{{ default $.Chart.AppVersion .tag }}{{ end }}
{{- end }}
{{- end }}

{{/* Which objects no webhook and no policy of ours is about. */}}
{{- define "ha-webhook.selectors" -}}
namespaceSelector:
  {{- with .Values.webhooks.namespaceSelector.matchLabels }}
  matchLabels:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  matchExpressions:
  - key: kubernetes.io/metadata.name
    operator: NotIn
    values: {{ concat (list .Release.Namespace) .Values.webhooks.excludedNamespaces | uniq | toJson }}
  {{- with .Values.webhooks.namespaceSelector.matchExpressions }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.webhooks.objectSelector }}
objectSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* What is the same for each webhook of a configuration. Takes root, name, path. */}}
{{- define "ha-webhook.webhook" -}}
- name: {{ .name }}.ha-webhook.io
  admissionReviewVersions: [v1]
  sideEffects: None
  matchPolicy: Equivalent
  timeoutSeconds: {{ .root.Values.webhooks.timeoutSeconds }}
  clientConfig:
    service:
      namespace: {{ .root.Release.Namespace | quote }}
      name: {{ include "ha-webhook.fullname" .root | quote }}
      path: {{ .path }}
      port: 443
    {{- if and (eq .root.Values.certificates.mode "existingSecret") .root.Values.certificates.existingSecret.caBundle }}
    caBundle: {{ b64enc .root.Values.certificates.existingSecret.caBundle }}
    {{- end }}
{{- end }}

{{- define "ha-webhook.webhookAnnotations" -}}
{{- toYaml .Values.webhooks.annotations }}
{{- if eq .Values.certificates.mode "certManager" }}
cert-manager.io/inject-ca-from: {{ .Release.Namespace }}/{{ include "ha-webhook.fullname" . }}
{{- end }}
{{- end }}

{{/*
Who is not asked about: nodes and the control plane itself; and what the controllers of kube-system make of a workload that was judged (a CNI's pod
must never wait for us). Takes root, and made: whether the latter are left out, too.
*/}}
{{- define "ha-webhook.matchConditions" -}}
- name: not-by-a-node
  expression: "!('system:nodes' in request.userInfo.groups)"
- name: not-by-the-control-plane
  expression: "!(request.userInfo.username in ['system:apiserver', 'system:kube-controller-manager', 'system:kube-scheduler'])"
{{- if .made }}
- name: not-made-by-a-controller
  expression: "!(request.resource.resource in ['pods', 'replicasets', 'jobs']) || !('system:serviceaccounts:kube-system' in request.userInfo.groups)"
{{- end }}
{{- with .root.Values.webhooks.matchConditions }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The custom resources that the policy names, by group. Takes a list of its tables. */}}
{{- define "ha-webhook.customResources" -}}
{{- $groups := dict }}
{{- range . }}
{{- range default list . }}
{{- $_ := set $groups .group (append (default list (get $groups .group)) .resource | uniq) }}
{{- end }}
{{- end }}
{{- toYaml $groups }}
{{- end }}

{{/* The container that the hooks' pods and the webhook's own have in common. */}}
{{- define "ha-webhook.container" -}}
image: {{ include "ha-webhook.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
{{- end }}

{{/* .NET opens a diagnostics socket in /tmp otherwise; without it nothing is written to the file system at all. */}}
{{- define "ha-webhook.env" -}}
- name: DOTNET_EnableDiagnostics
  value: "0"
{{- end }}

{{/* What the pods have in common. */}}
{{- define "ha-webhook.podSpec" -}}
enableServiceLinks: false
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Annotations of the hooks; taken away once they are done, and left to look at where they fail. */}}
{{- define "ha-webhook.uninstallHook" -}}
helm.sh/hook: pre-delete
helm.sh/hook-weight: {{ quote . }}
helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{- define "ha-webhook.testHook" -}}
helm.sh/hook: test
helm.sh/hook-weight: {{ quote . }}
helm.sh/hook-delete-policy: before-hook-creation
{{- end }}

{{/*
A ValidatingAdmissionPolicy and its binding for a rule, where the rule is on. The CEL is that of files/fallback, which `ha-webhook export policies`
uses as well; what the policy says comes in as variables. Takes root, rule and variables (name to CEL).
*/}}
{{- define "ha-webhook.fallbackPolicy" -}}
{{- $policy := .root.Values.policy }}
{{- $settings := default dict (get (default dict $policy.rules) .rule) }}
{{- $actions := list "Off" "Audit" "Warn" "Deny" }}
{{- $caps := list (default "Deny" $settings.action) (get (dict "Audit" "Audit" "Warn" "Warn") (default "" $policy.mode) | default "Deny") .root.Values.fallbackPolicy.action }}
{{- $action := "Off" }}
{{- range $actions }}
{{- $candidate := . }}
{{- $fits := true }}
{{- range $caps }}
{{- if and (has . (slice $actions 0 (int (index (dict "Off" 0 "Audit" 1 "Warn" 2 "Deny" 3) $candidate)))) }}{{ $fits = false }}{{ end }}
{{- end }}
{{- if $fits }}{{ $action = $candidate }}{{ end }}
{{- end }}
{{- if ne $action "Off" }}
{{- $exemptions := list }}
{{- range default list $policy.exemptions }}
{{- if or (not .rules) (has "all" .rules) (has $.rule .rules) }}
{{- $accounts := list }}
{{- range default list .serviceAccounts }}
{{- $accounts = append $accounts (printf "system:serviceaccount:%s" (replace "/" ":" .)) }}
{{- end }}
{{- $exemptions = append $exemptions (dict "namespaces" (default list .namespaces) "usernames" (default list .usernames) "groups" (default list .groups) "serviceAccounts" $accounts) }}
{{- end }}
{{- end }}
{{- $annotations := default dict $policy.annotationExemptions }}
{{- $mayExempt := ne (toString $annotations.allowed) "false" }}
{{- $variables := concat .variables (list (dict "name" "mayExempt" "expression" (toString $mayExempt)) (dict "name" "exemptions" "expression" (toRawJson $exemptions))) }}
{{- $spec := .root.Files.Get (printf "files/fallback/%s.yaml" .rule) | fromYaml }}
{{- $_ := set $spec "variables" (concat $variables $spec.variables) }}
{{- $_ := set $spec "matchConstraints" (merge (include "ha-webhook.selectors" .root | fromYaml) $spec.matchConstraints) }}
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
{{ include "ha-webhook.metadata" (dict "root" .root "suffix" (printf "-%s" .rule) "namespace" "-") }}
spec:
  {{- toYaml $spec | nindent 2 }}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
{{ include "ha-webhook.metadata" (dict "root" .root "suffix" (printf "-%s" .rule) "namespace" "-") }}
spec:
  policyName: {{ include "ha-webhook.fullname" .root }}-{{ .rule }}
  validationActions: [{{ $action }}]
{{- end }}
{{- end }}

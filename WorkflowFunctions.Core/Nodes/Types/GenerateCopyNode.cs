using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using WorkflowFunctions.Nodes.Models;
using WorkflowFunctions.Nodes.Settings;
using WorkflowFunctions.Workflows;
using WorkflowFunctions.Workflows.Liquid;

namespace WorkflowFunctions.Nodes.Types;

/// <summary><c>generate_copy</c>: has a language model write text or JSON.</summary>
internal sealed class GenerateCopyNode(
    ICopyModels models, IDocuments documents, ModelCatalog catalog) : NodeType<GenerateCopyNode.GenerateCopySettings>
{
    /// <inheritdoc/>
    public override string Name => "generate_copy";

    /// <inheritdoc/>
    public override string Description => "Has a language model write text or JSON.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Outputs { get; } =
        ["text", "model", "tokens.input", "tokens.output", "cost_usd", "finish_reason", "document_ids"];

    /// <inheritdoc/>
    protected override IEnumerable<Problem> CheckSettings(JsonElement data)
    {
        if (TryGetKnown(data, "save_document", out var save)
            && save.ValueKind is not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Object))
            yield return new Problem("/save_document", "The setting cannot be read.", "true, false, or an object with a title");
        if (!TryGetKnown(data, "json_schema", out var schema))
            yield break;
        if (schema.ValueKind != JsonValueKind.Object)
            yield return new Problem("/json_schema", "The schema is not an object.", "a JSON Schema");
        else if (!LiquidTemplate.IsTemplate(schema.GetRawText()) && AuthorSchema.Read(schema).Problem is { } problem)
            yield return new Problem("/json_schema", $"The schema cannot be used: {problem}", "a JSON Schema");
    }

    /// <inheritdoc/>
    protected internal override string? CacheVariant(JsonElement settings) => catalog.NamesOf(settings, ModelKind.Copy);

    /// <inheritdoc/>
    protected override async Task<NodeResult> RunAsync(
        GenerateCopySettings settings, NodeContext context, CancellationToken cancellationToken)
    {
        var answer = await ModelCalls.AskAsync(
            context,
            settings.Model,
            (model, ct) => models.GenerateAsync(
                new CopyRequest
                {
                    Prompt = settings.Prompt,
                    System = settings.System,
                    Model = model,
                    Temperature = settings.Temperature,
                    MaxTokens = settings.MaxTokens,
                    Json = settings.ResponseFormat == "json",
                    JsonSchema = settings.JsonSchema,
                },
                ct),
            copy => copy.Used,
            cancellationToken);
        var copy = answer.Value;
        var documentIds = settings.DocumentTitle(context) is { } title
            ? [await SaveAsync(copy, title, context, cancellationToken)]
            : Array.Empty<string>();
        var cut = copy.IsCut ? "The answer is cut: it reached the most tokens that it may have (max_tokens)." : null;
        var warning = string.Join(" ", new[] { answer.Warning(copy.Model), cut }.OfType<string>());
        return NodeResult.Completed(
            new CopyOutput
            {
                Text = copy.Text,
                Json = settings.ResponseFormat == "json" || settings.JsonSchema is not null ? StorableJson.Parse(copy.Text) : null,
                Reasoning = copy.Reasoning,
                Model = copy.Model,
                Tried = answer.Tried,
                Tokens = new TokenCounts(copy.Used.InputTokens, copy.Used.OutputTokens),
                CostUsd = copy.Used.CostUsd,
                FinishReason = copy.FinishReason,
                DocumentIds = documentIds,
            },
            usage: answer.Used,
            warning: warning.Length > 0 ? warning : null);
    }

    private async Task<string> SaveAsync(GeneratedCopy copy, string title, NodeContext context, CancellationToken cancellationToken)
    {
        var id = $"{context.JobId}:document";
        await documents.SaveAsync(
            new Document(
                id, context.WorkspaceId, context.ProjectId, context.WithoutSecrets(title), "text/markdown",
                Encoding.UTF8.GetBytes(context.WithoutSecrets(copy.Text)), context.ExecutionId, context.NodeId),
            cancellationToken);
        return id;
    }

    /// <summary>The settings of <c>generate_copy</c>.</summary>
    public sealed record GenerateCopySettings
    {
        [Description("What to write"), MinLength(1), Format(FormatAttribute.Multiline)]
        public required string Prompt { get; init; }

        [Description("How the model is to behave"), Format(FormatAttribute.Multiline)]
        public string? System { get; init; }

        [Description("A model, or several: the next is asked where one is busy, broken or too slow; the default one, if not named")]
        [OneOrMore]
        public IReadOnlyList<string>? Model { get; init; }

        [Description("Sampling temperature"), Range(0d, 2d)]
        public double? Temperature { get; init; }

        [Description("The most tokens that the answer may have"), Range(1, 1_000_000)]
        public int? MaxTokens { get; init; }

        /// <summary><c>text</c> or <c>json</c>.</summary>
        [Description("Whether to answer in text or in JSON"), AllowedValues("text", "json")]
        public string ResponseFormat { get; init; } = "text";

        [Description("The JSON Schema that the answer is to follow")]
        public JsonElement? JsonSchema { get; init; }

        /// <summary>Whether to save the text as a document: true, or <c>{ "title": … }</c>.</summary>
        [Description("Save the text as a document: true, or an object with a title")]
        public JsonElement? SaveDocument { get; init; }

        internal string? DocumentTitle(NodeContext context) => SaveDocument switch
        {
            { ValueKind: JsonValueKind.True } => context.NodeId,
            { ValueKind: JsonValueKind.Object } save =>
                save.TryGetProperty("title", out var title) && title.ValueKind == JsonValueKind.String
                    ? title.GetString()!
                    : context.NodeId,
            _ => null,
        };
    }

    private sealed record CopyOutput
    {
        public required string Text { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public JsonElement? Json { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Reasoning { get; init; }

        public required string Model { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyList<FailedModel>? Tried { get; init; }

        public required TokenCounts Tokens { get; init; }

        public decimal CostUsd { get; init; }

        public string? FinishReason { get; init; }

        public required IReadOnlyList<string> DocumentIds { get; init; }
    }

    private sealed record TokenCounts(long Input, long Output);
}

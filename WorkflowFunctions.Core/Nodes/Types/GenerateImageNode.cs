using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using WorkflowFunctions.Nodes.Models;
using WorkflowFunctions.Nodes.Settings;
using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Nodes.Types;

/// <summary><c>generate_image</c>: has an image model draw; each image becomes a document.</summary>
internal sealed class GenerateImageNode(
    IImageModels models, IDocuments documents, ModelCatalog catalog) : NodeType<GenerateImageNode.GenerateImageSettings>
{
    private const int TitleCharacters = 80;

    /// <inheritdoc/>
    public override string Name => "generate_image";

    /// <inheritdoc/>
    public override string Description => "Has an image model draw.";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Outputs { get; } = ["image_ids", "model", "cost_usd"];

    /// <inheritdoc/>
    protected override IEnumerable<Problem> CheckSettings(JsonElement data)
    {
        if (TryGetKnown(data, "size", out var size) && size.ValueKind == JsonValueKind.String
            && size.GetString() is { } text and not "auto" && !ImageSize.TryParse(text, out _))
        {
            yield return new Problem(
                "/size", $"The size '{text}' cannot be read.", "a width and a height in pixels, such as 1024x1024, or auto");
        }
    }

    /// <inheritdoc/>
    protected internal override string? CacheVariant(JsonElement settings) => catalog.NamesOf(settings, ModelKind.Image);

    /// <inheritdoc/>
    protected override async Task<NodeResult> RunAsync(
        GenerateImageSettings settings, NodeContext context, CancellationToken cancellationToken)
    {
        var answer = await ModelCalls.AskAsync(
            context,
            settings.Model,
            (model, ct) => models.GenerateAsync(
                new ImageRequest { Prompt = settings.Prompt, Model = model, Size = settings.Size, Count = settings.Count }, ct),
            images => images.Used,
            cancellationToken);
        var generated = answer.Value;
        var ids = new List<string>(generated.Images.Count);
        foreach (var image in generated.Images)
        {
            var id = $"{context.JobId}:image-{ids.Count}";
            await documents.SaveAsync(
                new Document(
                    id, context.WorkspaceId, context.ProjectId, context.Quote(settings.Prompt, TitleCharacters), image.MediaType,
                    image.Bytes, context.ExecutionId, context.NodeId),
                cancellationToken);
            ids.Add(id);
        }

        return NodeResult.Completed(
            new ImageOutput(ids, generated.Model, answer.Tried, generated.Used.CostUsd),
            usage: answer.Used,
            warning: answer.Warning(generated.Model));
    }

    /// <summary>The settings of <c>generate_image</c>.</summary>
    public sealed record GenerateImageSettings
    {
        [Description("What to draw"), MinLength(1), Format(FormatAttribute.Multiline)]
        public required string Prompt { get; init; }

        [Description("An image model, or several: the next is asked where one is busy, broken or too slow; the default one, if not named")]
        [OneOrMore]
        public IReadOnlyList<string>? Model { get; init; }

        [Description("Width and height in pixels, such as 1024x1024")]
        public string? Size { get; init; }

        [Description("How many images"), Range(1, ImageRequest.MaxCount)]
        public int Count { get; init; } = 1;
    }
    private sealed record ImageOutput(
        IReadOnlyList<string> ImageIds,
        string Model,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<FailedModel>? Tried,
        decimal CostUsd);
}

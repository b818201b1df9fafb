using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

using WorkflowFunctions.Workflows;

namespace WorkflowFunctions.Nodes.Models.Offline;

/// <summary>
/// The built-in model's text: made from the prompt and the system message alone, free, and always the same. Prose keeps to the most tokens
/// asked for; JSON is never cut, because half of it would be none.
/// </summary>
internal static class OfflineCopy
{
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static GeneratedCopy Generate(CopyRequest request)
    {
        var dice = new Dice(request.System, request.Prompt);
        var gist = PromptGist.Of(request.Prompt);
        var prose = new OfflineProse(gist, dice);
        var whole = request switch
        {
            { JsonSchema: { } schema } => Serialized(new SchemaSample(schema, prose, dice).Create()),
            { Json: true } => Serialized(Default(prose, gist, request)),
            _ => prose.Paragraph(request.System),
        };
        var text = request.WantsJson ? whole : Bounded(whole, request.MaxTokens);
        var isCut = text.Length < whole.Length;
        return new GeneratedCopy
        {
            Text = text,
            Model = ModelCatalog.Offline,
            FinishReason = isCut ? "length" : "stop",
            IsCut = isCut,
            Used = new ModelUsage(TokenEstimate.Of(request), TokenEstimate.Of(text), CostUsd: 0, Calls: 1),
        };
    }

    private static JsonObject Default(OfflineProse prose, PromptGist gist, CopyRequest request) => new()
    {
        ["title"] = prose.Title(),
        ["text"] = prose.Paragraph(request.System),
        ["keywords"] = new JsonArray([.. gist.Keywords.Select(keyword => JsonValue.Create(keyword))]),
    };

    private static string Serialized(JsonNode? node) => node is null ? "null" : node.ToJsonString(s_readable);

    private static string Bounded(string text, int? maxTokens)
    {
        var longest = Math.Min(int.MaxValue, (long)(maxTokens ?? int.MaxValue) * TokenEstimate.CharactersPerToken);
        if (text.Length <= longest)
            return text;
        var cut = TextCut.To(text, (int)longest);
        var lastSpace = cut.LastIndexOf(' ');
        return (lastSpace > 0 ? cut[..lastSpace] : cut).TrimEnd();
    }
}

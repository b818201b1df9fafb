namespace WorkflowFunctions.Nodes.Models;

/// <summary>Counts tokens without a tokenizer: four characters make one, as in ordinary English.</summary>
internal static class TokenEstimate
{
    public const int CharactersPerToken = 4;

    public static long Of(string? text) => ((text?.Length ?? 0) + CharactersPerToken - 1) / CharactersPerToken;

    public static long Of(CopyRequest request) => Of(request.System) + Of(request.Prompt);
}

using System.Text.RegularExpressions;

namespace WorkflowFunctions.Models.Offline;

/// <summary>What a prompt is about, as far as that shows without understanding it.</summary>
internal sealed partial class PromptGist
{
    private const int QuotedWords = 12;
    private const int KeywordCount = 5;

    private static readonly HashSet<string> CommonWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "about", "above", "after", "also", "and", "are", "article", "based", "been", "blog", "but", "can", "compose", "copy", "could", "create",
        "describe", "draft", "each", "email", "from", "for", "generate", "give", "has", "have", "how", "into", "introduce", "its", "json", "less",
        "like", "long", "make", "more", "most", "must", "not", "one", "our", "paragraph", "please", "post", "produce", "prompt", "sentence",
        "sentences", "short", "should", "some", "text", "than", "that", "the", "their", "them", "then", "they", "this", "use", "using", "want",
        "was", "were", "what", "when", "which", "who", "why", "will", "with", "word", "words", "would", "write", "you", "your",
    };

    private PromptGist(string quote, IReadOnlyList<string> keywords)
    {
        Quote = quote;
        Keywords = keywords;
    }

    /// <summary>The beginning of the prompt's first sentence.</summary>
    public string Quote { get; }

    /// <summary>The words the prompt is about, in its order and without repetition; at least one.</summary>
    public IReadOnlyList<string> Keywords { get; }

    /// <summary>The first keywords as one phrase.</summary>
    public string Topic => string.Join(' ', Keywords.Take(2));

    public static PromptGist Of(string prompt)
    {
        var keywords = Word().Matches(prompt).Select(match => match.Value)
            .Where(word => word.Length > 2 && !CommonWords.Contains(word))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Take(KeywordCount)
            .ToArray();
        return new PromptGist(QuoteOf(prompt), keywords.Length == 0 ? ["this idea"] : keywords);
    }

    private static string QuoteOf(string prompt)
    {
        var end = SentenceEnd().Match(prompt);
        var words = (end.Success ? prompt[..end.Index] : prompt).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var quote = string.Join(' ', words.Take(QuotedWords));
        return words.Length > QuotedWords ? quote + " …" : quote;
    }

    [GeneratedRegex(@"\p{L}[\p{L}\p{N}'’-]*")]
    private static partial Regex Word();

    [GeneratedRegex(@"(?<=\S)([.!?:](?=\s|$)|\n)")]
    private static partial Regex SentenceEnd();
}

using System.Text.RegularExpressions;

namespace WorkflowFunctions.Nodes.Models.Offline;

/// <summary>What a prompt is about, as far as that shows without understanding it.</summary>
internal sealed partial class PromptGist
{
    private const int QuotedWords = 12;
    private const int KeywordCount = 5;

    private static readonly HashSet<string> s_commonWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "about", "above", "after", "also", "and", "are", "article", "based", "been", "blog", "but", "can", "compose", "copy",
        "could", "create", "describe", "draft", "each", "email", "from", "for", "generate", "give", "has", "have", "how",
        "into", "introduce", "its", "json", "keep", "launch", "less", "like", "long", "make", "more", "most", "must", "not",
        "one", "our", "paragraph", "please", "post", "produce", "product", "prompt", "sentence", "sentences", "short",
        "should", "some", "text", "than", "that", "the", "their", "them", "then", "they", "this", "use", "using", "want",
        "was", "were", "what", "when", "which", "who", "why", "will", "with", "word", "words", "would", "write", "you",
        "your",
    };

    private PromptGist(string quote, string topic, IReadOnlyList<string> keywords)
    {
        Quote = quote;
        Topic = topic;
        Keywords = keywords;
    }

    /// <summary>The beginning of the prompt's first sentence.</summary>
    public string Quote { get; }

    /// <summary>The words the prompt is about, in its order and without repetition; at least one.</summary>
    public IReadOnlyList<string> Keywords { get; }

    /// <summary>What follows “about” or “for”, or else the first keywords.</summary>
    public string Topic { get; }

    public static PromptGist Of(string prompt)
    {
        var keywords = Word().Matches(prompt).Select(match => match.Value)
            .Where(word => word.Length > 2 && !s_commonWords.Contains(word))
            .Distinct(StringComparer.OrdinalIgnoreCase)
            .Take(KeywordCount)
            .ToArray();
        if (keywords.Length == 0)
            keywords = ["this idea"];
        var subject = Subject().Match(prompt);
        var topic = subject.Success ? WhiteSpace().Replace(subject.Groups[1].Value, " ") : string.Join(' ', keywords.Take(2));
        return new PromptGist(QuoteOf(prompt), topic, keywords);
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

    // Up to three words, ending before one that starts another thought. A number says how long the text is to be.
    [GeneratedRegex(
        @"\b(?:about|for)\s+(?:(?:an?|the|our|my|your)\s+)?(?!\p{N})([\p{L}\p{N}'’-]+"
        + @"(?:\s+(?!(?:an?|and|are|as|at|for|from|in|is|of|on|or|that|the|to|which|who|with)\b)[\p{L}\p{N}'’-]+){0,2})",
        RegexOptions.IgnoreCase)]
    private static partial Regex Subject();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@"(?<=\S)([.!?](?=\s|$)|\n)")]
    private static partial Regex SentenceEnd();
}

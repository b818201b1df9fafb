using System.Globalization;

namespace WorkflowFunctions.Nodes.Models.Offline;

/// <summary>Writes short marketing prose about a prompt; the same prompt always reads the same.</summary>
internal sealed class OfflineProse(PromptGist gist, Dice dice)
{
    private static readonly string[] s_titles =
    [
        "{0}, made simple", "A fresh look at {0}", "Why {0} is worth your time", "{0}: the story so far", "Meet {0}",
        "{0} that speaks for itself",
    ];

    private static readonly string[] s_openings =
    [
        "Good things start with a clear idea.", "Some stories are worth telling well.", "There is a better way to begin.",
        "People remember what is said simply.", "Every launch deserves a strong first line.", "Here is something to look forward to.",
    ];

    private static readonly string[] s_bodies =
    [
        "With {0}, the small details do the work, so the day feels a little lighter.",
        "{0} brings together what matters and leaves out what does not.",
        "Ask anyone who has tried it: {0} earns its place within a week.",
        "It is made with care, explained without jargon and ready when you are.",
        "Whether you are new to {0} or know it well, there is something here for you.",
        "Nothing about {0} is left to chance, from the first impression to the last.",
        "You will notice the difference in {0} before anyone has to point it out.",
        "It fits into an ordinary morning and makes it a better one.",
    ];

    private static readonly string[] s_closings =
    [
        "See for yourself and tell us what you think.", "Start today; the rest follows.", "Come and take a closer look.",
        "Find out more and make it yours.", "Now is a good time to begin.",
    ];

    public string Title() => About(dice.Pick(s_titles));

    public string Sentence() => About(dice.Pick(s_bodies));

    public string Keyword() => dice.Pick(gist.Keywords);

    public string Paragraph(string? system)
    {
        var sentences = new List<string> { dice.Pick(s_openings), $"The brief was “{gist.Quote}”." };
        sentences.AddRange(dice.Shuffled(s_bodies).Take(2 + dice.Next(2)).Select(About));
        if (!string.IsNullOrWhiteSpace(system))
            sentences.Add($"All of it keeps to one rule: “{PromptGist.Of(system).Quote}”.");
        sentences.Add(dice.Pick(s_closings));
        return $"{Title()}\n\n{string.Join(' ', sentences)}";
    }

    private string About(string pattern)
    {
        var text = string.Format(CultureInfo.InvariantCulture, pattern, gist.Topic);
        return char.ToUpperInvariant(text[0]) + text[1..];
    }
}

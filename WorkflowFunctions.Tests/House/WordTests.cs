using System.Text.RegularExpressions;
using WorkflowFunctions.Tests.Samples;

namespace WorkflowFunctions.Tests.House;

/// <summary>Code, documents and messages use the field's words: an execution is opened, resumed, recovered or woken, and never taken up.</summary>
public partial class WordTests
{
    private static readonly string s_root = Path.GetFullPath(Path.Combine(SampleFile.Folder, ".."));

    [Fact]
    public void Nothing_is_called_by_a_word_of_our_own()
    {
        // Migrations that have been released are never edited.
        var texts = new DirectoryInfo(s_root).EnumerateDirectories()
            .Where(folder => !folder.Name.StartsWith('.'))
            .SelectMany(folder => folder.EnumerateFiles("*", SearchOption.AllDirectories))
            .Where(file => file.Extension is ".cs" or ".sql" or ".md" or ".ts" or ".tsx" or ".py" or ".bicep")
            .Select(file => (Name: Path.GetRelativePath(s_root, file.FullName).Replace('\\', '/'), file))
            .Where(file => !NotOurs().IsMatch(file.Name))
            .ToList();
        Assert.True(texts.Count > 500, $"Only {texts.Count} files were found.");

        Assert.Empty(texts
            .SelectMany(text => File.ReadLines(text.file.FullName).Select((line, i) => (Place: $"{text.Name}:{i + 1}", line)))
            .Where(line => Words().IsMatch(line.line))
            .Select(line => $"{line.Place}: {line.line.Trim()}"));
    }

    [GeneratedRegex(@"(^|/)(bin|obj|node_modules|wwwroot|dist|Migrations|test-results)/|WordTests\.cs$", RegexOptions.CultureInvariant)]
    private static partial Regex NotOurs();

    [GeneratedRegex(
        @"\bwhoever\b|\bkinship\b|\bt(ake|akes|aken|ook|aking) (it |them |him |her )?up\b(?! to)|goes on elsewhere",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Words();
}

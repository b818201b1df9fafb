using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace WorkflowFunctions.Nodes.Secrets;

/// <summary>
/// How a secret looks in what another system sends back: as it is, escaped in JSON, in HTML or in an address (once or several times), in
/// Base64, alone or in the middle of something longer, and in hexadecimal digits.
/// </summary>
internal sealed class SecretForms
{
    /// <summary>Fewer letters than that would be found in what has nothing to do with the secret.</summary>
    private const int ShortestCore = 5;

    /// <summary>What begins a reference of HTML; as JSON may write it, too.</summary>
    private const string And = @"(?:&|\\+u0026)(?:amp;)*";

    private static readonly ConditionalWeakTable<string, SecretForms> s_known = [];

    private readonly Regex _forms;

    private SecretForms(string secret) =>
        // Without backtracking the time is proportional to the text, whatever secret and text are.
        _forms = new Regex(
            $"{Escaped(secret)}|{Hexadecimal(secret)}{Base64(secret)}", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>The forms of a secret.</summary>
    public static SecretForms Of(string secret) => s_known.GetValue(secret, static secret => new SecretForms(secret));

    /// <summary>Whether a text has the secret in one of its forms.</summary>
    public bool AreIn(string text) => _forms.IsMatch(text);

    /// <summary>Replaces the secret in all its forms.</summary>
    public string Replace(string text, string mask) => _forms.Replace(text, mask);

    /// <summary>
    /// Each letter as itself or as what stands for it; JSON inside JSON doubles its backslashes, and an address inside an address its
    /// signs.
    /// </summary>
    private static string Escaped(string secret)
    {
        var pattern = new StringBuilder();
        foreach (var rune in secret.EnumerateRunes())
            pattern.Append("(?:").AppendJoin('|', Letter(rune)).Append(')');
        return pattern.ToString();
    }

    private static IEnumerable<string> Letter(Rune rune)
    {
        yield return @"\\*" + Regex.Escape(rune.ToString());
        yield return string.Concat(
            rune.ToString().Select(unit => string.Create(CultureInfo.InvariantCulture, $@"\\+u{AnyCase($"{(int)unit:x4}")}")));
        yield return string.Concat(
            Encoding
                .UTF8.GetBytes(rune.ToString())
                .Select(unit => string.Create(CultureInfo.InvariantCulture, $"%(?:25)*{AnyCase($"{unit:x2}")}")));
        yield return string.Create(CultureInfo.InvariantCulture, $"{And}#(?:0*{rune.Value}|[xX]0*{AnyCase($"{rune.Value:x}")});");
        if (Named(rune) is { } name)
            yield return name;
    }

    private static string? Named(Rune rune) => rune.Value switch
    {
        '\n' => @"\\+n",
        '\r' => @"\\+r",
        '\t' => @"\\+t",
        ' ' => @"(?:\+|\\+u002[bB])",
        '&' => @"(?:&|\\+u0026)(?:amp;)+",
        '<' => And + "lt;",
        '>' => And + "gt;",
        '"' => And + "quot;",
        '\'' => And + "apos;",
        _ => null,
    };

    private static string Hexadecimal(string secret) => AnyCase(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret)));

    /// <summary>
    /// The letters that stand for the secret alone, for each of the three places in a group of bytes at which it may begin, and the letter
    /// after them, which stands for its end.
    /// </summary>
    private static string Base64(string secret)
    {
        var pattern = new StringBuilder();
        var bytes = Encoding.UTF8.GetBytes(secret);
        for (var before = 0; before < 3; before++)
        {
            var text = Convert.ToBase64String([.. new byte[before], .. bytes]);
            // Six bits a letter.
            var (first, end) = (((before * 8) + 5) / 6, (before + bytes.Length) * 8 / 6);
            var core = text[first..end];
            if (core.Length < ShortestCore)
                continue;
            pattern.Append('|');
            foreach (var letter in core)
                pattern.Append(
                    letter switch { '+' => @"(?:\\*[+-]|\\+u002[bB]|%2[bB])", '/' => @"(?:\\*[/_]|\\+u002[fF]|%2[fF])", _ => letter });
            pattern.Append("[A-Za-z0-9+/_-]?(?:=|%3[dD]){0,2}");
        }

        return pattern.ToString();
    }

    private static string AnyCase(string digits) =>
        string.Concat(
            digits.Select(digit =>
                char.IsAsciiLetter(digit) ? $"[{char.ToLowerInvariant(digit)}{char.ToUpperInvariant(digit)}]" : digit.ToString()));
}
